import type { Tensor4D } from "@tensorflow/tfjs-core";
import type { Rng } from "repro-kit";

/** Images with a row of targets each, rows sum to 1: what mixing images (mixup, cutmix) makes of a batch. */
export interface SoftBatch {
  readonly images: Tensor4D;
  /** [batch · numClasses] row-major. */
  readonly targets: Float32Array;
}

/**
 * Augments a batch in [−1, 1]: returns new images, or images with soft targets, and disposes nothing.
 *
 * `(images, rng) => pipeline(images, { p: 0.5, rng })`, or with the mixers of ada-augment
 * `(images, rng, targets) => mixup()({ images, targets }, rng)`.
 *
 * @param targets - [batch · numClasses], 1 at each image's class.
 */
export type ClassifierAugmentation = (images: Tensor4D, rng: Rng, targets: Float32Array) => Tensor4D | SoftBatch;

/** The result with its targets. */
export function withTargets(batch: Tensor4D | SoftBatch, targets: Float32Array): SoftBatch {
  return "targets" in batch ? batch : { images: batch, targets };
}
