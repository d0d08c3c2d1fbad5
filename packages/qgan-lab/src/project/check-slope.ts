import * as tf from "@tensorflow/tfjs-core";
import { createRng, expect, UsageError } from "repro-kit";
import type { PerceptualFeatures } from "./perceptual-features.ts";

/**
 * Looks whether a distance has a slope, at two images of noise: before a folder is made, not at the first step.
 *
 * @throws UsageError if it has none, or one that is not finite or 0 everywhere.
 */
export function checkSlope({ name, features }: PerceptualFeatures, imageShape: readonly [number, number, number]): void {
  const shape: [number, number, number, number] = [1, ...imageShape];
  const size = imageShape.reduce((product, one) => product * one, 1);
  const draw = (index: number): tf.Tensor4D => {
    const values = createRng(0).fork("slope", index).fillUniform(new Float32Array(size), -1, 1);
    return tf.tensor4d(values, shape);
  };
  let slope: Float32Array;
  try {
    slope = tf.tidy(() => {
      const goal = features(draw(0));
      const distance = (x: tf.Tensor): tf.Scalar => tf.sum(tf.squaredDifference(features(x as tf.Tensor4D), goal));
      return tf.grad(distance)(draw(1)).dataSync<"float32">();
    });
  } catch (cause) {
    if (UsageError.isInstance(cause)) throw cause;
    throw new UsageError(
      `[project] the distance "${name}" must have a gradient by images [${imageShape.join(", ")}]; got an error: ` +
        `${(cause as Error).message} Make its features of tfjs operations that have one, from the images to the end.`,
      { cause },
    );
  }
  const isUsable = slope.every(Number.isFinite) && slope.some((value) => value !== 0);
  expect(
    isUsable,
    "project",
    `the distance "${name}" must have a finite gradient that is not 0 everywhere; at noise it has none. Take another distance.`,
  );
}
