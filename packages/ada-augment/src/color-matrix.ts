import * as tf from "@tensorflow/tfjs-core";
import type { Homogeneous } from "./homogeneous.ts";

/**
 * Applies one colour matrix an image: pixel ← C₃ₓ₃·pixel + offset. A grey pixel v stands for (v, v, v); its result is the
 * mean of the three that come out.
 *
 * @param images - [batch, height, width, 1 or 3]
 * @param matrices - One 4×4 matrix on (r, g, b, 1) an image.
 * @returns [batch, height, width, 1 or 3]
 * @see Karras et al. 2020, arXiv:2006.06676, Appendix B.
 */
export function applyColorMatrices(images: tf.Tensor4D, matrices: readonly Homogeneous[]): tf.Tensor4D {
  const [batch, height, width, channels] = images.shape;
  if (channels === 1) {
    const grey = matrices.map(greyOf);
    return scaleAndShift(
      images,
      grey.map(({ scale }) => [scale]),
      grey.map(({ shift }) => [shift]),
    );
  }
  const shifts = matrices.map((m) => [m[3], m[7], m[11]]);
  if (matrices.every(isDiagonal))
    return scaleAndShift(
      images,
      matrices.map((m) => [m[0], m[5], m[10]]),
      shifts,
    );
  return tf.tidy(() => {
    const linear = tf.tensor3d(
      matrices.flatMap((m) => [...m.slice(0, 3), ...m.slice(4, 7), ...m.slice(8, 11)]),
      [batch, 3, 3],
    );
    const pixels = tf.reshape(images, [batch, height * width, 3]);
    const mixed = tf.matMul(pixels, linear, false, true); // [batch, height·width, 3]
    return tf.reshape(tf.add(mixed, tf.tensor3d(shifts.flat(), [batch, 1, 3])), images.shape);
  });
}

/** images·scale + shift, one pair an image and channel. */
function scaleAndShift(images: tf.Tensor4D, scales: readonly number[][], shifts: readonly number[][]): tf.Tensor4D {
  const shape: [number, number, number, number] = [images.shape[0], 1, 1, images.shape[3]];
  return tf.tidy(() => tf.add(tf.mul(images, tf.tensor4d(scales.flat(), shape)), tf.tensor4d(shifts.flat(), shape)));
}

const isDiagonal = (m: Homogeneous): boolean => [1, 2, 4, 6, 8, 9].every((i) => m[i] === 0);

/** The mean over the three rows of a colour matrix, for a pixel whose three channels are equal. */
function greyOf(m: Homogeneous): { scale: number; shift: number } {
  const mean = (...entries: number[]) => entries.reduce((sum, i) => sum + m[i], 0) / 3;
  return { scale: mean(0, 1, 2, 4, 5, 6, 8, 9, 10), shift: mean(3, 7, 11) };
}
