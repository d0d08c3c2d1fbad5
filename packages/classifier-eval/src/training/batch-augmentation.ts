import type { Tensor4D } from "@tensorflow/tfjs-core";
import { expect, type Rng } from "repro-kit";

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

/**
 * What an augmentation made of a batch, with its targets.
 *
 * @param plain - What it was given.
 * @throws UsageError if it is no batch of such images, or has not a row of targets for each.
 */
export function withTargets(batch: Tensor4D | SoftBatch, plain: Tensor4D, targets: Float32Array): SoftBatch {
  const given = batch as Partial<SoftBatch & Tensor4D> | null | undefined; // a caller's function without types may return anything
  const soft = given?.targets && given.images ? { images: given.images, targets: given.targets } : undefined;
  const { images, targets: rows } = soft ?? { images: given as Tensor4D | null | undefined, targets };
  const shape: readonly number[] | undefined = images?.shape;
  const [count, ...size] = plain.shape;
  const wanted = `[batch, ${size.join(", ")}]`;
  expect(
    shape?.length === 4 && size.every((side, axis) => side === shape[axis + 1]),
    "augment",
    `must return images of ${wanted}, or { images, targets }; got ${shape ? `[${shape.join(", ")}]` : String(batch)}.`,
  );
  expect(
    rows.length * count === shape[0] * targets.length,
    "augment",
    `${shape[0]} images need ${(shape[0] * targets.length) / count} targets; got ${rows.length}.`,
  );
  return { images: images as Tensor4D, targets: rows };
}
