import type * as tf from "@tensorflow/tfjs-core";

/** What a discriminator and a generator minimise. Logits have shape [batch, 1]; both methods return a scalar. */
export interface AdversarialLoss {
  readonly name: string;
  /** Paper and section. */
  readonly source: string;
  discriminator(realLogits: tf.Tensor2D, fakeLogits: tf.Tensor2D): tf.Scalar;
  generator(fakeLogits: tf.Tensor2D): tf.Scalar;
}
