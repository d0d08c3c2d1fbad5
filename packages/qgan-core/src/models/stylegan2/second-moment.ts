import * as tf from "@tensorflow/tfjs-core";

/**
 * Scales each row to unit second moment: x / √(mean(x²) + 1e-8).
 *
 * @param x - [batch, size].
 * @see Karras et al. 2018, arXiv:1710.10196, Sec. 4.2 (pixel norm).
 */
export function normalizeSecondMoment(x: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), 1, true), 1e-8))));
}
