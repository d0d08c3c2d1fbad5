import { cumulate, rankScores } from "./ranking.ts";

export interface RocCurve {
  readonly falsePositiveRates: readonly number[];
  readonly truePositiveRates: readonly number[];
  /** An image is called positive where its score ≥ threshold; the first is +∞. */
  readonly thresholds: readonly number[];
}

/**
 * The ROC curve without the points on straight lines. Rates are NaN where there is no positive, or no negative, image.
 *
 * @see scikit-learn, roc_curve.
 */
export function rocCurve(isPositive: ArrayLike<number>, scores: ArrayLike<number>): RocCurve {
  const { truePositives, falsePositives, thresholds } = cumulate(rankScores(scores), isPositive);
  const last = thresholds.length - 1;
  const bends = (values: Float64Array, g: number) => values[g + 1] - values[g] !== values[g] - values[g - 1];
  const kept = Array.from(thresholds.keys()).filter(
    (g) => g === 0 || g === last || bends(truePositives, g) || bends(falsePositives, g),
  );
  return {
    falsePositiveRates: [0, ...kept.map((g) => falsePositives[g])].map((count) => count / falsePositives[last]),
    truePositiveRates: [0, ...kept.map((g) => truePositives[g])].map((count) => count / truePositives[last]),
    thresholds: [Number.POSITIVE_INFINITY, ...kept.map((g) => thresholds[g])],
  };
}

/**
 * Area under the curve up to a false-positive rate, standardised so that chance is ½ and perfect is 1.
 *
 * @see McClish 1989; scikit-learn, roc_auc_score(max_fpr=…).
 */
export function partialRocAuc({ falsePositiveRates: x, truePositiveRates: y }: RocCurve, maxFalsePositiveRate: number): number {
  let area = 0;
  for (let i = 1; i < x.length && x[i - 1] < maxFalsePositiveRate; i++) {
    const end = Math.min(x[i], maxFalsePositiveRate);
    const share = x[i] === x[i - 1] ? 0 : (end - x[i - 1]) / (x[i] - x[i - 1]);
    area += ((end - x[i - 1]) * (y[i - 1] + y[i - 1] + share * (y[i] - y[i - 1]))) / 2;
  }
  const least = maxFalsePositiveRate ** 2 / 2;
  return 0.5 * (1 + (area - least) / (maxFalsePositiveRate - least));
}

/** Area under the points by the trapezoidal rule; x must be sorted, rising or falling. */
export function trapezoidArea(x: readonly number[], y: readonly number[]): number {
  let area = 0;
  for (let i = 1; i < x.length; i++) area += ((x[i] - x[i - 1]) * (y[i] + y[i - 1])) / 2;
  return x[0] > x[x.length - 1] ? -area : area;
}
