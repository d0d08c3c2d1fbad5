import { weightedMean } from "./precision-recall.ts";
import { isClass, type Predictions, scoresOf } from "./predictions.ts";
import { type CumulatedCounts, cumulate, rankScores } from "./ranking.ts";
import { supports } from "./roc-auc.ts";

export interface PrecisionRecallCurve {
  /** At each threshold, rising; then 1. */
  readonly precision: readonly number[];
  /** At each threshold, falling from 1; then 0. */
  readonly recall: readonly number[];
  readonly thresholds: readonly number[];
}

/** Precision and recall at every distinct score. Recall is 1 where there is no positive image. @see scikit-learn, precision_recall_curve. */
export function precisionRecallCurve(isPositive: ArrayLike<number>, scores: ArrayLike<number>): PrecisionRecallCurve {
  const { truePositives, falsePositives, thresholds } = cumulate(rankScores(scores), isPositive);
  const positives = truePositives[truePositives.length - 1];
  const groups = [...thresholds.keys()].reverse();
  return {
    precision: [...groups.map((g) => truePositives[g] / (truePositives[g] + falsePositives[g])), 1],
    recall: [...groups.map((g) => (positives === 0 ? 1 : truePositives[g] / positives)), 0],
    thresholds: groups.map((g) => thresholds[g]),
  };
}

/** Σ (Rₙ − Rₙ₋₁)·Pₙ; 0 where there is no positive image. @see scikit-learn, average_precision_score. */
export function averagePrecision(isPositive: ArrayLike<number>, scores: ArrayLike<number>): number {
  const { precision, recall } = precisionRecallCurve(isPositive, scores);
  let sum = 0;
  for (let i = 1; i < recall.length; i++) sum += (recall[i - 1] - recall[i]) * precision[i - 1];
  return sum;
}

/** The same of counts at falling scores, as bootstrap samples have them; NaN where there is no positive image. */
export function averagePrecisionOfCounts({ truePositives, falsePositives }: CumulatedCounts): number {
  const positives = truePositives[truePositives.length - 1];
  let sum = 0;
  let before = 0;
  for (let g = 0; g < truePositives.length; g++) {
    const gained = truePositives[g] - before;
    if (gained > 0) sum += (gained * truePositives[g]) / (truePositives[g] + falsePositives[g]);
    before = truePositives[g];
  }
  return sum / positives;
}

/** One class against the rest, per class. */
export function averagePrecisionPerClass(predictions: Predictions): number[] {
  return Array.from({ length: predictions.numClasses }, (_, k) =>
    averagePrecision(isClass(predictions.labels, k), scoresOf(predictions, k)),
  );
}

/** Averaged over classes equally, by support, or over all (image, class) pairs. */
export function meanAveragePrecision(predictions: Predictions, average: "macro" | "weighted" | "micro"): number {
  const { labels, probabilities, numClasses } = predictions;
  if (average === "micro") {
    const isPositive = Uint8Array.from({ length: probabilities.length }, (_, i) =>
      labels[Math.floor(i / numClasses)] === i % numClasses ? 1 : 0,
    );
    return averagePrecision(isPositive, probabilities);
  }
  const support = supports(predictions);
  return weightedMean(averagePrecisionPerClass(predictions), average === "macro" ? support.map(() => 1) : support);
}
