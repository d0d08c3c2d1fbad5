import { mean } from "./log-loss.ts";
import { type Predictions, predictedClasses } from "./predictions.ts";

/** Images whose confidence falls into one bin. */
export interface CalibrationBin {
  readonly count: number;
  /** Share that is right and mean confidence; null in an empty bin. */
  readonly accuracy: number | null;
  readonly confidence: number | null;
}

export interface Calibration {
  readonly bins: readonly CalibrationBin[];
  /** Σ n_b/N · |accuracy − confidence|. */
  readonly expectedError: number;
  /** The largest |accuracy − confidence| of a bin. */
  readonly maximumError: number;
}

/**
 * How far the confidence (the largest probability) is from the share of right answers, in equal bins (low, high].
 *
 * @param predictions - As everywhere; `weights`: how often each image counts.
 * @see Guo et al. 2017, arXiv:1706.04599, eq. 3 and 5.
 */
export function calibration(
  predictions: Predictions,
  { numBins = 15, weights }: { numBins?: number; weights?: ArrayLike<number> } = {},
): Calibration {
  const { labels, probabilities, numClasses } = predictions;
  const predicted = predictedClasses(predictions);
  const counts = new Float64Array(numBins);
  const right = new Float64Array(numBins);
  const sure = new Float64Array(numBins);
  for (let i = 0; i < labels.length; i++) {
    const confidence = probabilities[i * numClasses + predicted[i]];
    const weight = weights ? weights[i] : 1;
    const bin = binOf(confidence, numBins);
    counts[bin] += weight;
    right[bin] += predicted[i] === labels[i] ? weight : 0;
    sure[bin] += weight * confidence;
  }
  const bins = Array.from(counts, (count, b) => ({
    count,
    accuracy: count === 0 ? null : right[b] / count,
    confidence: count === 0 ? null : sure[b] / count,
  }));
  const gaps = bins.map(({ accuracy, confidence }) =>
    accuracy === null || confidence === null ? 0 : Math.abs(accuracy - confidence),
  );
  return { bins, expectedError: mean(gaps, counts), maximumError: Math.max(...gaps) };
}

/** The bin b with edge b < confidence ≤ edge b + 1; edges are b·(1/B), rounded as numpy.linspace rounds them. */
function binOf(confidence: number, numBins: number): number {
  const width = 1 / numBins;
  let bin = Math.min(Math.max(Math.ceil(confidence * numBins) - 1, 0), numBins - 1);
  while (bin > 0 && confidence <= bin * width) bin--;
  while (bin < numBins - 1 && confidence > (bin + 1) * width) bin++;
  return bin;
}
