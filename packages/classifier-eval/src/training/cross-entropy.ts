import * as tf from "@tensorflow/tfjs-core";

/**
 * Cross-entropy −Σ wᵧ·log softmax(logits)ᵧ / Σ wᵧ over the batch (PyTorch's weighted mean).
 *
 * @param logits - [batch, numClasses]
 * @param labels - Class of each row.
 * @param classWeights - w of each class. Default: 1.
 */
export function crossEntropy(logits: tf.Tensor2D, labels: ArrayLike<number>, classWeights?: readonly number[]): tf.Scalar {
  const [batch, numClasses] = logits.shape;
  const weights = Float32Array.from(labels, (label) => (classWeights ? classWeights[label] : 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const targets = new Float32Array(batch * numClasses);
  for (let i = 0; i < batch; i++) targets[i * numClasses + labels[i]] = weights[i] / total;
  return tf.tidy(() => tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), tf.tensor2d(targets, [batch, numClasses])))) as tf.Scalar); // a sum over all axes
}

/** Weights N / (K·n_k) that let every class count the same; a class without images gets 1. */
export function balancedWeights(labels: ArrayLike<number>, numClasses: number): number[] {
  const counts = new Array<number>(numClasses).fill(0);
  for (let i = 0; i < labels.length; i++) counts[labels[i]]++;
  return counts.map((count) => (count === 0 ? 1 : labels.length / (numClasses * count)));
}
