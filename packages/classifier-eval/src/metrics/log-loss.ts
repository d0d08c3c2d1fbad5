import type { Predictions } from "./predictions.ts";

/** Probabilities below this (float64 epsilon) or above 1 minus it are clipped, as scikit-learn clips. */
const EPSILON = 2 ** -52;

/** −ln of the probability of an image's true class, after clipping and dividing by the row's sum. */
export function logLossPerImage({ labels, probabilities, numClasses }: Predictions): Float64Array {
  const clip = (p: number) => Math.min(Math.max(p, EPSILON), 1 - EPSILON);
  return Float64Array.from(labels, (label, i) => {
    let sum = 0;
    for (let k = 0; k < numClasses; k++) sum += clip(probabilities[i * numClasses + k]);
    return -Math.log(clip(probabilities[i * numClasses + label]) / sum);
  });
}

/** Mean of `logLossPerImage`. @see scikit-learn, log_loss. */
export function logLoss(predictions: Predictions): number {
  return mean(logLossPerImage(predictions));
}

/** Plain or weighted mean. */
export function mean(values: ArrayLike<number>, weights?: ArrayLike<number>): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const weight = weights ? weights[i] : 1;
    sum += weight * values[i];
    total += weight;
  }
  return sum / total;
}
