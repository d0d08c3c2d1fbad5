import type { Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import type { Rng } from "repro-kit";
import type { Params } from "tfjs-train";

export interface BackboneFeatures {
  /** [batch, numFeatures] */
  readonly features: Tensor2D;
  /** In training, the new running statistics by name; else empty. */
  readonly updates: Params;
}

/** A network from images to features; the classifier's head is one dense layer on top. */
export interface Backbone {
  readonly name: string;
  readonly source: string;
  readonly numFeatures: number;
  /** New weights and running statistics (names that end in `running_mean` or `running_var`), drawn from `rng`. */
  init(rng: Rng, options: { channels: number }): Params;
  /**
   * @param images - [batch, height, width, channels] in [−1, 1].
   * @param options - `training`: normalise by the batch and return new running statistics.
   */
  features(params: Params, images: Tensor4D, options: { training: boolean }): BackboneFeatures;
}

/** Running statistics are carried along and take no gradient. */
export function isStatistic(name: string): boolean {
  return name.endsWith("running_mean") || name.endsWith("running_var");
}
