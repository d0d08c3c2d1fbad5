import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect } from "repro-kit";
import { selectParams } from "tfjs-train";
import type { GanModel, GanModelKind, Json } from "../gan-model.ts";
import { constantFill, type ParameterSpec } from "../parameter-spec.ts";
import type { StyleGan2Architecture } from "./architecture.ts";
import { createDiscriminator } from "./discriminator.ts";
import { createStyleGan2Network } from "./generator.ts";
import { lazyAdam } from "./lazy-adam.ts";
import { createPhases, PATH_LENGTH_MEAN, type StyleGan2PhaseOptions } from "./phases.ts";
import { stylegan2Presets } from "./presets.ts";

export interface StyleGan2Options extends Partial<StyleGan2PhaseOptions> {
  /** Side of the image: a power of two from 4 to 1024. */
  readonly imageSize?: number;
  /** 3 for RGB, 1 for grey. */
  readonly channels?: number;
  /** Number of classes; 0 for none. */
  readonly labelSize?: number;
  readonly latentSize?: number;
  readonly styleSize?: number;
  readonly mappingLayers?: number;
  /** Feature maps times side: 16384 at half the paper's width, 32768 at its own. */
  readonly channelBase?: number;
  readonly channelMax?: number;
  readonly generatorArchitecture?: StyleGan2Architecture;
  readonly discriminatorArchitecture?: StyleGan2Architecture;
  /** Images that the minibatch deviation compares with one another. */
  readonly minibatchGroup?: number;
  /** Largest magnitude of a convolution's result; 0 for no limit, which full precision does not need. */
  readonly clamp?: number;
  /** The first so many layers of the discriminator are not trained. */
  readonly freezeLayers?: number;
  readonly generatorLearningRate?: number;
  readonly discriminatorLearningRate?: number;
  /** Adam's decays. */
  readonly beta1?: number;
  readonly beta2?: number;
}

const DEFAULTS = {
  imageSize: 64,
  channels: 3,
  labelSize: 0,
  latentSize: 512,
  styleSize: 512,
  mappingLayers: 2,
  channelBase: 16384,
  channelMax: 512,
  generatorArchitecture: "skip",
  discriminatorArchitecture: "resnet",
  minibatchGroup: 4,
  clamp: 0,
  freezeLayers: 0,
  pathLengthWeight: 2,
  pathLengthDecay: 0.01,
  pathLengthShrink: 2,
  styleMixing: 0.9,
  generatorRegularization: 4,
  discriminatorRegularization: 16,
  discriminatorSteps: 1,
  generatorLearningRate: 0.0025,
  discriminatorLearningRate: 0.0025,
  beta1: 0,
  beta2: 0.99,
} as const;
const KNOWN = [...Object.keys(DEFAULTS), "r1Gamma"];
const SCOPE = "stylegan2";
/** Layers of the mapping of labels in the discriminator, as in the reference. */
const LABEL_LAYERS = 8;
/** Batch that the default weight of R1 is meant for: γ = 0.0002·side²/batch, as the reference's `auto` sets it. */
const DEFAULT_BATCH = 32;

/** StyleGAN2-ADA; names `G.…` and `D.…` are the reference's. @throws UsageError on an unknown or impossible option. */
function createStyleGan2(options: StyleGan2Options = {}): GanModel {
  checkOptions(SCOPE, options, KNOWN);
  const given = { ...DEFAULTS, ...options };
  const resolved = { ...given, r1Gamma: options.r1Gamma ?? (0.0002 * given.imageSize ** 2) / DEFAULT_BATCH };
  checkNumbers(resolved);
  const { clamp, labelSize, imageSize, channels, latentSize, beta1, beta2 } = resolved;
  const shape = { imageSize, channels, labelSize, channelBase: resolved.channelBase, channelMax: resolved.channelMax };
  const limit = clamp > 0 ? { clamp } : {};
  const network = createStyleGan2Network({
    ...shape,
    ...limit,
    latentSize,
    styleSize: resolved.styleSize,
    mappingLayers: resolved.mappingLayers,
    architecture: resolved.generatorArchitecture,
  });
  const discriminator = createDiscriminator({
    ...shape,
    ...limit,
    architecture: resolved.discriminatorArchitecture,
    mappingLayers: LABEL_LAYERS,
    minibatchDeviation: { groupSize: resolved.minibatchGroup, numChannels: 1 },
    freezeLayers: resolved.freezeLayers,
  });
  const generatorParameters = prefixed("G", network.parameters);
  const adamOf = (learningRate: number, interval: number) => lazyAdam({ learningRate, beta1, beta2, epsilon: 1e-8, interval });
  return {
    name: "stylegan2",
    options: resolved as unknown as Readonly<Record<string, Json>>, // numbers and names only
    generator: {
      name: "stylegan2",
      latentSize,
      labelSize,
      imageShape: [imageSize, imageSize, channels],
      latentDistribution: "normal",
      parameters: generatorParameters,
      apply: (params, latents, { labels, truncation, noise = "const" } = {}) =>
        tf.tidy(() => {
          const images = network.apply(selectParams(params, "G"), latents, { labels: labels ?? null, truncation, noise });
          return tf.clipByValue(images, -1, 1);
        }),
    },
    parameters: [
      ...generatorParameters,
      ...prefixed("D", discriminator.parameters),
      { name: PATH_LENGTH_MEAN, shape: [], isTrainable: false, fill: constantFill(0) },
    ],
    createOptimizers: () => ({
      G: adamOf(resolved.generatorLearningRate, resolved.generatorRegularization),
      D: adamOf(resolved.discriminatorLearningRate, resolved.discriminatorRegularization),
    }),
    phases: createPhases({ generator: network, discriminator }, resolved),
    judge: (params, images, labels) => tf.tidy(() => discriminator.apply(selectParams(params, "D"), images, { labels })),
    judgesImages: true,
  };
}

const prefixed = (group: string, parameters: readonly ParameterSpec[]): readonly ParameterSpec[] =>
  parameters.map((spec) => ({ ...spec, name: `${group}.${spec.name}` }));

type Resolved = Required<Pick<StyleGan2Options, keyof typeof DEFAULTS | "r1Gamma">>;

function checkNumbers(options: Resolved): void {
  const { generatorLearningRate, discriminatorLearningRate, r1Gamma, pathLengthWeight, clamp, styleMixing, pathLengthDecay } =
    options;
  for (const [name, value] of Object.entries({ generatorLearningRate, discriminatorLearningRate }))
    expect(value > 0, SCOPE, `${name} must be above 0; got ${value}.`);
  for (const [name, value] of Object.entries({ r1Gamma, pathLengthWeight, clamp }))
    expect(value >= 0 && Number.isFinite(value), SCOPE, `${name} must be at least 0; got ${value}.`);
  for (const [name, value] of Object.entries({ styleMixing, pathLengthDecay }))
    expect(value >= 0 && value <= 1, SCOPE, `${name} must lie in [0, 1]; got ${value}.`);
  const { minibatchGroup, pathLengthShrink, generatorRegularization, discriminatorRegularization, discriminatorSteps } = options;
  const counts = { minibatchGroup, pathLengthShrink, generatorRegularization, discriminatorRegularization, discriminatorSteps };
  for (const [name, value] of Object.entries(counts))
    expect(Number.isInteger(value) && value >= 1, SCOPE, `${name} must be an integer ≥ 1; got ${value}.`);
}

export const stylegan2: GanModelKind = {
  name: "stylegan2",
  source: "Karras et al. 2020, arXiv:2006.06676 (ADA) and arXiv:1912.04958 (StyleGAN2)",
  presets: stylegan2Presets,
  create: createStyleGan2,
};
