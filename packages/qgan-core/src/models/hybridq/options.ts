import { type Ansatz, ansatze, embeddings } from "quantum-sim";
import { checkOptions, expect } from "repro-kit";
import { losses } from "../../losses/index.ts";
import { countLevels } from "../dcgan/dcgan-generator.ts";

/** What the paper leaves open: where the real and the generated meet. See docs/papers/hybridq.md. */
export const LATENT_FUSIONS = ["latent", "image", "both"] as const;
export type LatentFusion = (typeof LATENT_FUSIONS)[number];
const DECODERS = ["dense", "convolutional"] as const;
const ROTATIONS = ["RX", "RY", "RZ"] as const;
const ENTANGLERS = ["CNOT", "CZ"] as const;
const OBSERVABLES = ["X", "Y", "Z"] as const;

export interface HybridQOptions {
  /** Side of the image: a power of two from 8 to 1024. */
  readonly imageSize?: number;
  /** 3 for RGB, 1 for grey. */
  readonly channels?: number;
  /**
   * "latent": an MLP judges encoded against generated latents, the decoder is trained by reconstruction (reading B);
   * "image": a DCGAN discriminator judges decoded images, encoder and decoder trained by reconstruction beside it (A);
   * "both": the first, and after `imageWarmupSteps` the second with weight `imageWeight` (C).
   */
  readonly latentFusion?: LatentFusion;
  readonly encoderMaps?: number;
  /** "dense": dense, ReLU, 3×3 convolution, tanh, as the paper; "convolutional": dense, transposed convolutions, the same end. */
  readonly decoder?: (typeof DECODERS)[number];
  /** Maps between the dense layer and the convolution of the dense decoder: 3 where latents are judged, else 2. */
  readonly decoderMaps?: number;
  /** Channels at 4×4 of the convolutional decoder. */
  readonly decoderWidth?: number;
  /** Channels after the image discriminator's first layer. */
  readonly discriminatorWidth?: number;
  /** Hidden widths of the latent discriminator. */
  readonly latentDiscriminatorWidths?: readonly number[];
  readonly numQubits?: number;
  readonly numSubGenerators?: number;
  readonly numLayers?: number;
  /** The rotations of each layer, in order; not together with `ansatz`. */
  readonly rotations?: readonly (typeof ROTATIONS)[number][];
  /** The gate between consecutive qubits; not together with `ansatz`. */
  readonly entangler?: (typeof ENTANGLERS)[number];
  /** An ansatz of quantum-sim's registry, or an object of one's own, instead of rotations and entangler. */
  readonly ansatz?: string | Ansatz;
  /** Name in quantum-sim's registry of embeddings. */
  readonly embedding?: string;
  /** The Pauli observable measured on each qubit. */
  readonly measure?: (typeof OBSERVABLES)[number];
  /** The circuits' weights start uniform in [0, this), radians. */
  readonly weightBoundRadians?: number;
  /** Latents are uniform in [0, this), radians; the adaptive bound sets its own. */
  readonly noiseBoundRadians?: number;
  /** The bound follows the ratio of the losses, as MosaiQ's. */
  readonly adaptiveNoise?: boolean;
  /** Affine-free batch normalisation of both latents. */
  readonly latentNorm?: boolean;
  /** Weight of the mean squared error of reconstructions. */
  readonly reconstructionWeight?: number;
  /** Weight of the loss with which the encoder fools the latent discriminator. */
  readonly alignmentWeight?: number;
  /** Weight of the image discriminator's loss for circuits and decoder. */
  readonly imageWeight?: number;
  /** Steps before the image discriminator begins. */
  readonly imageWarmupSteps?: number;
  readonly quantumLearningRate?: number;
  /** Of encoder and decoder. */
  readonly classicalLearningRate?: number;
  readonly latentDiscriminatorLearningRate?: number;
  readonly imageDiscriminatorLearningRate?: number;
  /** Adam's first decay, of all. */
  readonly beta1?: number;
  /** Name in the registry `losses`. */
  readonly loss?: string;
}

export type ResolvedHybridQOptions = Required<Omit<HybridQOptions, "ansatz">> & Pick<HybridQOptions, "ansatz">;

const DEFAULTS = {
  imageSize: 64,
  channels: 3,
  latentFusion: "latent",
  encoderMaps: 1,
  decoder: "dense",
  decoderMaps: 2,
  decoderWidth: 208,
  discriminatorWidth: 64,
  latentDiscriminatorWidths: [256, 128],
  numQubits: 10,
  numSubGenerators: 10,
  numLayers: 6,
  rotations: ["RX", "RY", "RZ"],
  entangler: "CNOT",
  embedding: "angle-ry",
  measure: "Z",
  weightBoundRadians: 2 * Math.PI,
  noiseBoundRadians: Math.PI,
  adaptiveNoise: false,
  latentNorm: true,
  reconstructionWeight: 10,
  alignmentWeight: 0.1,
  imageWeight: 1,
  imageWarmupSteps: 0,
  quantumLearningRate: 0.01,
  classicalLearningRate: 2e-4,
  latentDiscriminatorLearningRate: 2e-3,
  imageDiscriminatorLearningRate: 2e-4,
  beta1: 0.5,
  loss: "logistic",
} as const satisfies HybridQOptions;

/** A third map, which the paper's parameter count leaves no room for where images are judged: with two, ReLU kills one in some seeds and the colours with it. */
const LATENT_DEFAULTS = { decoderMaps: 3 } as const satisfies HybridQOptions;

/** With both discriminators the image's must be gentle: at weight 1 its gradients are 40 to 160 times the reconstruction's. */
const BOTH_DEFAULTS = { imageWeight: 0.003, imageWarmupSteps: 800 } as const satisfies HybridQOptions;

const FUSION_DEFAULTS: Readonly<Record<LatentFusion, HybridQOptions>> = {
  latent: LATENT_DEFAULTS,
  image: {},
  both: BOTH_DEFAULTS,
};

const KNOWN = [...Object.keys(DEFAULTS), "ansatz"];
const COUNTS = [
  "encoderMaps",
  "decoderMaps",
  "decoderWidth",
  "discriminatorWidth",
  "numQubits",
  "numSubGenerators",
  "numLayers",
] as const;
const WEIGHTS = ["reconstructionWeight", "alignmentWeight", "imageWeight", "imageWarmupSteps"] as const;
const RATES = [
  "quantumLearningRate",
  "classicalLearningRate",
  "latentDiscriminatorLearningRate",
  "imageDiscriminatorLearningRate",
] as const;

/** Fills in the defaults and refuses what cannot be. @throws UsageError that names the option and what it may be. */
export function resolveHybridQOptions(scope: string, options: HybridQOptions = {}): ResolvedHybridQOptions {
  checkOptions(scope, options, KNOWN);
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as HybridQOptions;
  const resolved: ResolvedHybridQOptions = {
    ...DEFAULTS,
    ...FUSION_DEFAULTS[given.latentFusion ?? DEFAULTS.latentFusion],
    ...given,
  };
  const { channels, latentFusion, rotations, entangler, measure, decoder } = resolved;
  countLevels(scope, resolved.imageSize);
  expect(channels === 1 || channels === 3, scope, `channels must be 1 or 3; got ${channels}.`);
  oneOf(scope, "latentFusion", latentFusion, LATENT_FUSIONS);
  oneOf(scope, "decoder", decoder, DECODERS);
  oneOf(scope, "entangler", entangler, ENTANGLERS);
  oneOf(scope, "measure", measure, OBSERVABLES);
  expect(rotations.length > 0, scope, "rotations must name at least one of RX, RY, RZ; got an empty list.");
  for (const rotation of rotations) oneOf(scope, "rotations", rotation, ROTATIONS);
  for (const name of COUNTS)
    expect(
      Number.isInteger(resolved[name]) && resolved[name] >= 1,
      scope,
      `${name} must be an integer ≥ 1; got ${resolved[name]}.`,
    );
  expect(
    resolved.latentDiscriminatorWidths.every((width) => Number.isInteger(width) && width >= 1),
    scope,
    `latentDiscriminatorWidths must be integers ≥ 1; got ${resolved.latentDiscriminatorWidths}.`,
  );
  for (const name of [...WEIGHTS, ...RATES, "beta1"] as const)
    expect(Number.isFinite(resolved[name]) && resolved[name] >= 0, scope, `${name} must be ≥ 0; got ${resolved[name]}.`);
  for (const name of ["weightBoundRadians", "noiseBoundRadians"] as const)
    expect(Number.isFinite(resolved[name]) && resolved[name] > 0, scope, `${name} must be above 0; got ${resolved[name]}.`);
  expect(
    latentFusion === "image" || resolved.reconstructionWeight > 0,
    scope,
    `reconstructionWeight must be above 0 with latentFusion "${latentFusion}", where nothing else trains the decoder; got 0.`,
  );
  expect(
    given.ansatz === undefined || (given.rotations === undefined && given.entangler === undefined),
    scope,
    "give either ansatz, or rotations and entangler, not both.",
  );
  if (typeof resolved.ansatz === "string") ansatze.resolve(resolved.ansatz);
  embeddings.resolve(resolved.embedding);
  losses.resolve(resolved.loss);
  return resolved;
}

function oneOf(scope: string, name: string, value: string, known: readonly string[]): void {
  expect(known.includes(value), scope, `${name} must be one of ${known.join(", ")}; got "${value}".`);
}
