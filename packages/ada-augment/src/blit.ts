import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";
import type { Homogeneous } from "./homogeneous.ts";
import { reflectIndex } from "./reflect-index.ts";

/** The affine map in pixel numbers: input x of output (x, y) is a·x + b·y + left, input y is c·x + d·y + top. */
function pixelMap([a, b, tx, c, d, ty]: Homogeneous, { height, width }: { height: number; width: number }) {
  const centreX = (width - 1) / 2;
  const centreY = (height - 1) / 2;
  const left = tx + centreX - a * centreX - b * centreY;
  const top = ty + centreY - c * centreX - d * centreY;
  return { a, b, c, d, left, top };
}

/** Whether the matrix takes pixels onto pixels: flips, whole shifts, quarter turns where the sides allow it. */
export function mapsPixelsOntoPixels(inverse: Homogeneous, size: { height: number; width: number }): boolean {
  const map = pixelMap(inverse, size);
  return Math.abs(map.a * map.d - map.b * map.c) === 1 && Object.values(map).every(Number.isInteger);
}

/**
 * Writes into `index` from which pixel each output pixel of one image is copied.
 *
 * @param inverse - 3×3, from output to input coordinates in pixels from the image centre.
 * @param first - Number of the image's first pixel in the batch; the image's `height`·`width` entries stand there.
 * @throws UsageError if the matrix does not take pixels onto pixels.
 */
export function fillBlitIndex(
  index: Int32Array,
  inverse: Homogeneous,
  { first, height, width }: { first: number; height: number; width: number },
): void {
  const { a, b, c, d, left, top } = pixelMap(inverse, { height, width });
  expect(
    mapsPixelsOntoPixels(inverse, { height, width }),
    "ada-augment",
    () => `a blit must map pixels onto pixels; got the matrix [${inverse.join(", ")}] for ${height}×${width} images.`,
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
 * @param index - Pixel numbers.
 * @returns [index.length, channels]
 */
export function gatherPixels(pixels: tf.Tensor2D, index: Int32Array): tf.Tensor2D {
  const [numPixels] = pixels.shape;
  // The casts: customGrad types its arguments as Tensor | GradSaveFunc; the first is `pixels`, and dy has the result's shape.
  const linear = tf.customGrad((x) => ({
    value: tf.gather(x as tf.Tensor2D, tf.tensor1d(index, "int32")),
    gradFunc: (dy: tf.Tensor) => scatterPixels(dy as tf.Tensor2D, index, numPixels),
  }));
  return tf.tidy(() => linear(pixels) as tf.Tensor2D);
}

/** The transpose of `gatherPixels`: adds pixel i to pixel `index[i]` of `numPixels`. */
export function scatterPixels(pixels: tf.Tensor2D, index: Int32Array, numPixels = index.length): tf.Tensor2D {
  const linear = tf.customGrad((x) => ({
    value: tf.scatterND(tf.tensor2d(index, [index.length, 1], "int32"), x as tf.Tensor2D, [numPixels, pixels.shape[1]]),
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
