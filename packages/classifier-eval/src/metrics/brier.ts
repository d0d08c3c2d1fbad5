import { mean } from "./log-loss.ts";
import type { Predictions } from "./predictions.ts";

/** Σₖ (pₖ − yₖ)² of each image, in [0, 2]. */
export function brierPerImage({ labels, probabilities, numClasses }: Predictions): Float64Array {
  return Float64Array.from(labels, (label, i) => {
    let sum = 0;
    for (let k = 0; k < numClasses; k++) sum += (probabilities[i * numClasses + k] - (k === label ? 1 : 0)) ** 2;
    return sum;
  });
}

/**
 * Brier score: the mean over images of Σₖ (pₖ − yₖ)²; with two classes half of it, the usual one-column form.
 *
 * @see Brier 1950; scikit-learn, brier_score_loss.
 */
export function brierScore(predictions: Predictions): number {
  return mean(brierPerImage(predictions)) / (predictions.numClasses === 2 ? 2 : 1);
}
