import * as tf from "@tensorflow/tfjs-core";
import type { Circuit } from "quantum-sim";
import { adam, type Params } from "tfjs-train";
import type { GanModel, GanModelKind, JsonObject } from "../gan-model.ts";
import { classicalGroup } from "./classical-group.ts";
import { hybridQParts } from "./hybridq-parts.ts";
import type { LatentGroup } from "./latent-group.ts";
import { adaptiveNoise, fixedNoise } from "./noise-bound.ts";
import { type HybridQOptions, type ResolvedHybridQOptions, resolveHybridQOptions } from "./options.ts";
import { hybridQPhases } from "./phases.ts";
import { hybridQPresets } from "./presets.ts";
import { quantumGroup } from "./quantum-group.ts";

export interface HybridQ extends GanModel {
  /** The circuit of each sub-generator; undefined in the classical control. */
  readonly circuit?: Circuit;
  /** Real images through encoder and decoder, with running statistics: what the decoder can do at best. */
  reconstruct(params: Params, images: tf.Tensor4D): tf.Tensor4D;
}

const SOURCE = "Jiao et al. 2025, HybridQ: hybrid classical-quantum generative adversarial network for skin disease images";

/** HybridQ. @throws UsageError on an unknown or impossible option. */
export function createHybridQ(options: HybridQOptions = {}): HybridQ {
  const resolved = resolveHybridQOptions("hybridq", options);
  const group = quantumGroup(resolved);
  return { ...assemble("hybridq", resolved, group), circuit: group.circuit };
}

/**
 * The classical control: HybridQ with an MLP of the same parameter count (within 1 %) in place of each circuit.
 * The options of the circuits set that count.
 */
export function createHybridQClassical(options: HybridQOptions = {}): HybridQ {
  const resolved = resolveHybridQOptions("hybridq-classical", options);
  const { parameters, inputSize } = quantumGroup(resolved);
  const { numSubGenerators } = resolved;
  const numWeights = parameters[0].shape[1];
  const group = classicalGroup({ numSubGenerators, size: inputSize / numSubGenerators, numWeights });
  return assemble("hybridq-classical", resolved, group);
}

function assemble(name: string, options: ResolvedHybridQOptions, group: LatentGroup): HybridQ {
  const parts = hybridQParts(name, options, group);
  const { beta1 } = options;
  const optimizer = (learningRate: number) => adam({ learningRate, beta1, beta2: 0.999 });
  return {
    name,
    options: plainOptions(options),
    generator: parts.generator,
    parameters: parts.parameters,
    createOptimizers: () => ({
      [group.name]: optimizer(options.quantumLearningRate),
      encoder: optimizer(options.classicalLearningRate),
      decoder: optimizer(options.classicalLearningRate),
      latent_discriminator: optimizer(options.latentDiscriminatorLearningRate),
      discriminator: optimizer(options.imageDiscriminatorLearningRate),
    }),
    phases: hybridQPhases(parts, options),
    schedule: options.adaptiveNoise ? adaptiveNoise : fixedNoise(options.noiseBoundRadians),
    judgesImages: parts.imageDiscriminator !== undefined,
    takeTimings: () => ({ quantum: group.takeMs() }),
    reconstruct: (params, images) =>
      tf.tidy(() => parts.decode(params, parts.encode(params, images, { training: false }).output)),
  };
}

/** The options as JSON; an ansatz object is written as its name. */
function plainOptions({ ansatz, ...rest }: ResolvedHybridQOptions): JsonObject {
  return ansatz === undefined ? rest : { ...rest, ansatz: typeof ansatz === "string" ? ansatz : ansatz.name };
}

export const hybridq: GanModelKind = { name: "hybridq", source: SOURCE, presets: hybridQPresets, create: createHybridQ };

export const hybridqClassical: GanModelKind = {
  name: "hybridq-classical",
  source: `${SOURCE}; control of ours`,
  presets: hybridQPresets,
  create: createHybridQClassical,
};
