import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect } from "repro-kit";
import { logSoftmax } from "tfjs-train";

export interface CrossEntropyOptions {
  /** w of each class. Default: 1. */
  readonly classWeights?: readonly number[];
  /** Share ε of the target that is spread over all classes, in [0, 1). @defaultValue 0 */
  readonly labelSmoothing?: number;
  /** γ ≥ 0: each term counts (1 − p)^γ as much, so that images that are easily told apart count little. @defaultValue 0 */
  readonly focalGamma?: number;
}

/**
 * Cross-entropy −Σ wₖ·tₖ·(1 − pₖ)^γ·log pₖ / Σ w over the batch, with PyTorch's weighted mean: the divisor is the sum of the true
 * classes' weights. t is 1 at the true class, or the row of soft targets, smoothed by ε.
 *
 * @param logits - [batch, numClasses]
 * @param targets - Class of each row, or soft targets [batch · numClasses] row-major, rows sum to 1 (mixup).
 * @see torch.nn.CrossEntropyLoss; Szegedy et al. 2016, §7 (smoothing); Lin et al. 2017, eq. 5 (focal).
 */
export function crossEntropy(logits: tf.Tensor2D, targets: ArrayLike<number>, options: CrossEntropyOptions = {}): tf.Scalar {
  const scope = "crossEntropy";
  checkOptions(scope, options, ["classWeights", "labelSmoothing", "focalGamma"]);
  const { classWeights, labelSmoothing = 0, focalGamma = 0 } = options;
  const [batch, numClasses] = logits.shape;
  expect(labelSmoothing >= 0 && labelSmoothing < 1, scope, `labelSmoothing must lie in [0, 1); got ${labelSmoothing}.`);
  expect(focalGamma >= 0, scope, `focalGamma must be at least 0; got ${focalGamma}.`);
  expect(
    targets.length === batch || targets.length === batch * numClasses,
    scope,
    `needs ${batch} labels or ${batch}×${numClasses} soft targets; got ${targets.length} numbers.`,
  );
  const soft = targets.length === batch ? oneHot(targets, numClasses) : targets;
  const weightOf = (k: number) => classWeights?.[k] ?? 1;
  let total = 0;
  for (let i = 0; i < soft.length; i++) total += soft[i] * weightOf(i % numClasses);
  const scaled = Float32Array.from({ length: soft.length }, (_, i) => {
    const smoothed = (1 - labelSmoothing) * soft[i] + labelSmoothing / numClasses;
    return (smoothed * weightOf(i % numClasses)) / total;
  });
  return tf.tidy(() => {
    const logProbabilities = logSoftmax(logits);
    const terms = tf.mul(logProbabilities, tf.tensor2d(scaled, [batch, numClasses]));
    if (focalGamma === 0) return tf.neg(tf.sum(terms)) as tf.Scalar; // a sum over all axes
    const others = tf.sub(1, tf.exp(logProbabilities));
    return tf.neg(tf.sum(tf.mul(terms, tf.pow(tf.maximum(others, 0), focalGamma)))) as tf.Scalar; // a sum over all axes
  });
}

/** Rows of 0 with a 1 at the class, row-major. */
export function oneHot(labels: ArrayLike<number>, numClasses: number): Float32Array {
  const rows = new Float32Array(labels.length * numClasses);
  for (let i = 0; i < labels.length; i++) rows[i * numClasses + labels[i]] = 1;
  return rows;
}

/** Weights N / (K·n_k) that let every class count the same; a class without images gets 1. */
export function balancedWeights(labels: ArrayLike<number>, numClasses: number): number[] {
  const counts = new Array<number>(numClasses).fill(0);
  for (let i = 0; i < labels.length; i++) counts[labels[i]]++;
  return counts.map((count) => (count === 0 ? 1 : labels.length / (numClasses * count)));
}
