import * as tf from "@tensorflow/tfjs-core";

/** Weights of a layer; a bias where the layer has one. */
export interface LayerParams {
  readonly weight: tf.Tensor;
  readonly bias?: tf.Tensor;
}

/**
 * x·W + b.
 *
 * @param x - [batch, in].
 * @param params - weight [in, out], bias [out].
 * @returns [batch, out].
 */
export function dense(x: tf.Tensor, { weight, bias }: LayerParams): tf.Tensor2D {
  return tf.tidy(() => {
    const y = tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D); // matMul checks the ranks
    return (bias ? tf.add(y, bias) : y) as tf.Tensor2D; // a bias of rank 1 keeps the rank
  });
}
