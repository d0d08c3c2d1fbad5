import type { Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import type { Rng } from "repro-kit";
import type { Params } from "tfjs-train";

export interface BackboneFeatures {
  /** [batch, numFeatures] */
  readonly features: Tensor2D;
  /** In training, the new running statistics by name; else empty. */
  readonly updates: Params;
}

/** Sees each named activation on its way through the network and returns what goes on, as a rule the same. */
export type Tap = (name: string, activation: Tensor4D) => Tensor4D;

export interface FeatureOptions {
  /** Normalise by the batch and return new running statistics. */
  readonly training: boolean;
  /** Layers, by the names of their parameters, that normalise by their running statistics in training too. Default: none. */
  readonly isFrozen?: (name: string) => boolean;
  readonly tap?: Tap;
  /** Draws what is left out at random in training (whole blocks: stochastic depth). Default: nothing is. */
  readonly rng?: Rng;
}

/** A network from images to features; the classifier's head is one dense layer on top. */
export interface Backbone {
  readonly name: string;
  readonly source: string;
  readonly numFeatures: number;
  /** Share of the features that a step of training leaves out at random before the head. Default: 0. */
  readonly dropout?: number;
  /** Names of the parts that fine-tuning can freeze, from the images on: a parameter belongs to the stage that its name begins with. */
  readonly stages: readonly string[];
  /** New weights and running statistics (names that end in `running_mean` or `running_var`), drawn from `rng`. */
  init(rng: Rng, options: { channels: number }): Params;
  /** @param images - [batch, height, width, channels] in [−1, 1]. */
  features(params: Params, images: Tensor4D, options: FeatureOptions): BackboneFeatures;
}

/** Running statistics are carried along and take no gradient. */
export function isStatistic(name: string): boolean {
  return name.endsWith("running_mean") || name.endsWith("running_var");
}

/**
 * Whether a parameter lies in the first `numStages` stages, or before them in the network (the stem's normalisation stands beside
 * the first stage's filter).
 */
export function isInStages(backbone: Backbone, numStages: number, name: string): boolean {
  const isOf = (stage: string) => name.startsWith(`${stage}.`);
  if (numStages >= backbone.stages.length) return true;
  return numStages > 0 && !backbone.stages.slice(numStages).some(isOf);
}
