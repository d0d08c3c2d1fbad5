import { expect } from "repro-kit";
import { type CumulatedCounts, cumulate, rankScores } from "./ranking.ts";

/** The highest sensitivity among the thresholds with at least this specificity; NaN where there is no positive or no negative image. */
export function sensitivityOfCounts({ truePositives, falsePositives }: CumulatedCounts, specificity: number): number {
  const last = truePositives.length - 1;
  const [positives, negatives] = [truePositives[last], falsePositives[last]];
  if (!(positives > 0) || !(negatives > 0)) return Number.NaN;
  const most = negatives * (1 - specificity) * (1 + 1e-12); // rounding of 1 − specificity must not cost an image
  let best = 0;
  for (let g = 0; g <= last && falsePositives[g] <= most; g++) best = truePositives[g];
  return best / positives;
}

/**
 * Sensitivity at a given specificity: of the thresholds whose specificity is at least `specificity`, the one that finds most positive
 * images; nothing is interpolated. NaN where there is no positive or no negative image.
 *
 * @param specificity - In [0, 1].
 */
export function sensitivityAtSpecificity(
  isPositive: ArrayLike<number>,
  scores: ArrayLike<number>,
  specificity: number,
): { readonly sensitivity: number; readonly threshold: number } {
  expect(specificity >= 0 && specificity <= 1, "sensitivityAtSpecificity", `specificity must lie in [0, 1]; got ${specificity}.`);
  const counts = cumulate(rankScores(scores), isPositive);
  const sensitivity = sensitivityOfCounts(counts, specificity);
  const positives = counts.truePositives[counts.truePositives.length - 1];
  const at = counts.truePositives.findIndex((found) => found / positives >= sensitivity && found > 0);
  return { sensitivity, threshold: sensitivity > 0 ? counts.thresholds[at] : Number.POSITIVE_INFINITY };
}
