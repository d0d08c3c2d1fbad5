import type * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect, type Rng } from "repro-kit";
import type { Params } from "tfjs-train";
import type { StyleGan2Network } from "./generator.ts";
import type { StyleStatistics } from "./style-statistics.ts";

/** Random numbers of a projection, standard normal; the same values whenever they are asked for. */
export interface ProjectionDraws {
  /** The noise map of a layer that a target begins with, [size·size]. */
  noiseMap(layer: string, size: number, targetIndex: number): Float32Array;
  /** What is added to a target's styles at a step, before scaling: [count], count = styleSize or numStyles·styleSize. */
  styleNoise(step: number, count: number, targetIndex: number): Float32Array;
}

export interface ProjectionSettings {
  /** One style for all layers ("w"), or one for each ("w+"), which comes closer to the target and further from what is drawn. Default "w". */
  readonly space?: "w" | "w+";
  /** Default 1000. */
  readonly numSteps?: number;
  /** Largest learning rate. Default 0.1. */
  readonly learningRate?: number;
  /** First noise on the styles, over their deviation. Default 0.05. */
  readonly initialNoise?: number;
  /** Share of the steps after which no noise is added. Default 0.75. */
  readonly noiseRamp?: number;
  /** Shares of the steps in which the learning rate falls and rises. Default 0.25 and 0.05. */
  readonly rampDown?: number;
  readonly rampUp?: number;
  /** Weight of the noise maps' regularisation. Default 1e5. */
  readonly noiseWeight?: number;
}

export interface ProjectionOptions extends ProjectionSettings {
  readonly network: StyleGan2Network;
  /** Of the network, by its own names (`mapping.…`, `synthesis.…`). */
  readonly params: Params;
  /** Images to find, [count, imageSize, imageSize, channels] in [−1, 1]. They do not influence one another. */
  readonly targets: tf.Tensor4D;
  /**
   * Images [count, height, width, channels] in [−1, 1] to features [count, …]: any differentiable function of which row i depends on
   * image i only. The squared differences of its values are the distance.
   */
  readonly features: (images: tf.Tensor4D) => tf.Tensor;
  /** Where the search begins: for all targets together, or for each (of its class). */
  readonly statistics: StyleStatistics | readonly StyleStatistics[];
  /** Draws the noise; target i's stream is its own. */
  readonly rng?: Rng;
  /** In place of `rng`: draws made elsewhere. */
  readonly draws?: ProjectionDraws;
  /** Goes on from here; with the same other options, the result is that of a projection that was never stopped. */
  readonly state?: ProjectionState;
}

/** A projection between two steps, on the host. */
export interface ProjectionState {
  /** Steps taken. */
  readonly step: number;
  /** Styles, noise maps and Adam's moments by name. */
  readonly tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>>;
}

const DEFAULTS = {
  space: "w",
  numSteps: 1000,
  learningRate: 0.1,
  initialNoise: 0.05,
  noiseRamp: 0.75,
  rampDown: 0.25,
  rampUp: 0.05,
  noiseWeight: 1e5,
} as const;

const KNOWN = [...Object.keys(DEFAULTS), "network", "params", "targets", "features", "statistics", "rng", "draws", "state"];
export const SCOPE = "projectImages";

/** The settings with defaults filled in. @throws UsageError for an option that is not known or out of its range. */
export function checkProjection(options: ProjectionOptions): Required<ProjectionSettings> {
  checkOptions(SCOPE, options, KNOWN);
  const { network, targets, rng, draws, statistics } = options;
  const settings = {
    space: options.space ?? DEFAULTS.space,
    numSteps: options.numSteps ?? DEFAULTS.numSteps,
    learningRate: options.learningRate ?? DEFAULTS.learningRate,
    initialNoise: options.initialNoise ?? DEFAULTS.initialNoise,
    noiseRamp: options.noiseRamp ?? DEFAULTS.noiseRamp,
    rampDown: options.rampDown ?? DEFAULTS.rampDown,
    rampUp: options.rampUp ?? DEFAULTS.rampUp,
    noiseWeight: options.noiseWeight ?? DEFAULTS.noiseWeight,
  };
  const { space, numSteps, learningRate, initialNoise, noiseRamp, rampDown, rampUp, noiseWeight } = settings;
  expect(space === "w" || space === "w+", SCOPE, `space must be "w" or "w+"; got ${JSON.stringify(space)}.`);
  expect(Number.isInteger(numSteps) && numSteps >= 1, SCOPE, `numSteps must be an integer ≥ 1; got ${numSteps}.`);
  for (const [name, value] of Object.entries({ learningRate, initialNoise, noiseWeight }))
    expect(Number.isFinite(value) && value >= 0, SCOPE, `${name} must be at least 0; got ${value}.`);
  for (const [name, value] of Object.entries({ noiseRamp, rampDown, rampUp }))
    expect(value > 0 && value <= 1, SCOPE, `${name} must lie in (0, 1]; got ${value}.`);
  const { imageSize, channels } = network;
  const [count, height, width, depth] = targets.shape;
  expect(
    targets.rank === 4 && height === imageSize && width === imageSize && depth === channels,
    SCOPE,
    `targets must be [count, ${imageSize}, ${imageSize}, ${channels}], as the network's images; got [${targets.shape.join(", ")}]. Crop and resize them first.`,
  );
  expect((rng === undefined) !== (draws === undefined), SCOPE, "give either rng or draws.");
  const given = Array.isArray(statistics) ? statistics.length : count;
  expect(given === count, SCOPE, `statistics must be one for all targets, or one for each of the ${count}; got ${given}.`);
  return settings;
}

/**
 * Refuses to go on with the state of another projection.
 *
 * @param shapes - Of what is searched for, by name.
 * @throws UsageError that names what differs.
 */
export function checkState(
  { step, tensors }: ProjectionState,
  shapes: Readonly<Record<string, readonly number[]>>,
  { numSteps }: Required<ProjectionSettings>,
): void {
  const advice = "Go on with the targets, the network and the space that it was made with.";
  expect(
    Number.isInteger(step) && step >= 1 && step <= numSteps,
    SCOPE,
    `the state is of step ${step}; numSteps is ${numSteps}. ${advice}`,
  );
  for (const prefix of ["value.", "adam.exp_avg.", "adam.exp_avg_sq."])
    for (const [name, shape] of Object.entries(shapes)) {
      const held = tensors[`${prefix}${name}`];
      expect(held, SCOPE, `the state holds no ${prefix}${name}; ${advice}`);
      expect(
        held.shape.join() === shape.join(),
        SCOPE,
        () =>
          `the state holds ${prefix}${name} of shape [${held.shape.join(", ")}]; this projection has [${shape.join(", ")}]. ${advice}`,
      );
    }
}

/** Learning rate at a step counted from 0: rises in a line over the first steps and falls as a cosine over the last. */
export function learningRateAt(step: number, settings: Required<ProjectionSettings>): number {
  const { numSteps, learningRate, rampDown, rampUp } = settings;
  const t = step / numSteps;
  const down = 0.5 - 0.5 * Math.cos(Math.PI * Math.min(1, (1 - t) / rampDown));
  return learningRate * down * Math.min(1, t / rampUp);
}

/** Scale of the noise on the styles at a step counted from 0, over their deviation. */
export function noiseScaleAt(step: number, { numSteps, initialNoise, noiseRamp }: Required<ProjectionSettings>): number {
  return initialNoise * Math.max(0, 1 - step / numSteps / noiseRamp) ** 2;
}
