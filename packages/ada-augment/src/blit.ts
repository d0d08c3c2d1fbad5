import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";
import type { Homogeneous } from "./homogeneous.ts";

/** Mirrors a coordinate at the centres of the border pixels until it lies in [0, size): … 2 1 [0 1 2 … size−1] size−2 … */
export function reflectIndex(i: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const folded = ((i % period) + period) % period;
  return folded < size ? folded : period - folded;
}

/**
 * Writes into `index` from which pixel each output pixel of one image is copied.
 *
 * @param inverse - 3×3, from output to input coordinates in pixels from the image centre.
 * @param first - Number of the image's first pixel in the batch; the image's `height`·`width` entries stand there.
 * @throws UsageError if the matrix does not take pixels onto pixels.
 */
function fillBlitIndex(
  index: Int32Array,
  inverse: Homogeneous,
  { first, height, width }: { first: number; height: number; width: number },
): void {
  const [a, b, tx, c, d, ty] = inverse;
  const centreX = (width - 1) / 2;
  const centreY = (height - 1) / 2;
  const left = tx + centreX - a * centreX - b * centreY; // input x of output pixel (0, 0)
  const top = ty + centreY - c * centreX - d * centreY;
  expect(
    [a, b, c, d, left, top].every(Number.isInteger),
    "ada-augment",
    () =>
      `an op of stage "blit" must map pixels onto pixels; got the matrix [${inverse.join(", ")}] for ${height}×${width} images.`,
  );
  let out = first;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const inputX = reflectIndex(a * x + b * y + left, width);
      const inputY = reflectIndex(c * x + d * y + top, height);
      index[out++] = first + inputY * width + inputX;
    }
}

/**
 * Reads pixel `index[i]` into pixel i. Linear, with its transpose (`scatterPixels`) as gradient, so it can be
 * differentiated as often as wanted, on every backend.
 *
 * @param pixels - [numPixels, channels]
 * @param index - Pixel numbers, length numPixels.
 * @returns [numPixels, channels]
 */
export function gatherPixels(pixels: tf.Tensor2D, index: Int32Array): tf.Tensor2D {
  // The casts: customGrad types its arguments as Tensor | GradSaveFunc; the first is `pixels`, and dy has the result's shape.
  const linear = tf.customGrad((x) => ({
    value: tf.gather(x as tf.Tensor2D, tf.tensor1d(index, "int32")),
    gradFunc: (dy: tf.Tensor) => scatterPixels(dy as tf.Tensor2D, index),
  }));
  return tf.tidy(() => linear(pixels) as tf.Tensor2D);
}

/** The transpose of `gatherPixels`: adds pixel i to pixel `index[i]`. */
export function scatterPixels(pixels: tf.Tensor2D, index: Int32Array): tf.Tensor2D {
  const linear = tf.customGrad((x) => ({
    value: tf.scatterND(tf.tensor2d(index, [index.length, 1], "int32"), x as tf.Tensor2D, pixels.shape),
    gradFunc: (dy: tf.Tensor) => gatherPixels(dy as tf.Tensor2D, index),
  }));
  return tf.tidy(() => linear(pixels) as tf.Tensor2D);
}

/** Copies the pixels of [batch, height, width, channels] images through one blit matrix an image. */
export function blitImages(images: tf.Tensor4D, inverses: readonly Homogeneous[]): tf.Tensor4D {
  const [batch, height, width, channels] = images.shape;
  const index = new Int32Array(batch * height * width);
  inverses.forEach((inverse, i) => {
    fillBlitIndex(index, inverse, { first: i * height * width, height, width });
  });
  return tf.tidy(() => tf.reshape(gatherPixels(tf.reshape(images, [index.length, channels]), index), images.shape));
}
