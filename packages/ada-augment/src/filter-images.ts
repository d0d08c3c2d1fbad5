import * as tf from "@tensorflow/tfjs-core";
import { reflectIndex } from "./reflect-index.ts";

/**
 * Filters each image by its own symmetric taps, along both axes; beyond the border the image is reflected, as often as its size asks for.
 *
 * @param images - [batch, height, width, channels]
 * @param taps - An odd number of taps an image, or undefined to leave it as it is.
 * @returns [batch, height, width, channels]; differentiable as often as wanted.
 * Cost: two matrix products, (height + width)·height·width·channels multiplications an image.
 */
export function filterImages(images: tf.Tensor4D, taps: readonly (readonly number[] | undefined)[]): tf.Tensor4D {
  return tf.tidy(() => {
    const [batch, height, width, channels] = images.shape;
    const down = tf.tensor3d(bandMatrices(taps, height), [batch, height, height]);
    const across = tf.tensor3d(bandMatrices(taps, width), [batch, width, width]);
    const columns = tf.matMul(down, tf.reshape(images, [batch, height, width * channels]));
    const turned = tf.transpose(tf.reshape(columns, images.shape), [0, 2, 1, 3]); // [batch, width, height, channels]
    const rows = tf.matMul(across, tf.reshape(turned, [batch, width, height * channels]));
    return tf.transpose(tf.reshape(rows, [batch, width, height, channels]), [0, 2, 1, 3]);
  });
}

/** One size×size matrix an image: row i filters pixel i of the reflected line; the identity where there are no taps. */
function bandMatrices(all: readonly (readonly number[] | undefined)[], size: number): Float32Array {
  const out = new Float32Array(all.length * size * size);
  all.forEach((taps, n) => {
    for (let i = 0; i < size; i++) {
      const row = (n * size + i) * size;
      if (!taps) out[row + i] = 1;
      else
        taps.forEach((tap, k) => {
          out[row + reflectIndex(i + k - (taps.length - 1) / 2, size)] += tap;
        });
    }
  });
  return out;
}
