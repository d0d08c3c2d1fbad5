import { type ClassCounts, type ConfusionMatrix, countClasses } from "./confusion-matrix.ts";

export interface PrecisionRecall {
  readonly precision: number;
  readonly recall: number;
  readonly fScore: number;
}

export interface PrecisionRecallOptions {
  /** Weight of recall in the F score. @defaultValue 1 */
  readonly beta?: number;
  /** What a quotient with denominator 0 is. NaN leaves the class out of macro and weighted means. @defaultValue 0 */
  readonly zeroDivision?: 0 | 1 | typeof Number.NaN;
}

/**
 * Per class: precision TP/(TP+FP), recall TP/(TP+FN), F = (1+β²)TP / (β²(TP+FN) + TP+FP).
 *
 * @see scikit-learn, precision_recall_fscore_support(average=None).
 */
export function precisionRecallPerClass(confusion: ConfusionMatrix, options: PrecisionRecallOptions = {}): PrecisionRecall[] {
  return countClasses(confusion).map((counts) => ofCounts(counts, options));
}

/**
 * Averaged over classes: "macro" equally, "weighted" by support, "micro" from the summed counts.
 *
 * @see scikit-learn, precision_recall_fscore_support(average=…).
 */
export function precisionRecall(
  confusion: ConfusionMatrix,
  average: "macro" | "micro" | "weighted",
  options: PrecisionRecallOptions = {},
): PrecisionRecall {
  const classes = countClasses(confusion);
  if (average === "micro") {
    const sum = (field: keyof ClassCounts) => classes.reduce((total, counts) => total + counts[field], 0);
    return ofCounts({ truePositives: sum("truePositives"), predicted: sum("predicted"), actual: sum("actual") }, options);
  }
  const scores = classes.map((counts) => ofCounts(counts, options));
  const weights = classes.map(({ actual }) => (average === "macro" ? 1 : actual));
  const mean = (field: keyof PrecisionRecall) =>
    weightedMean(
      scores.map((score) => score[field]),
      weights,
    );
  return { precision: mean("precision"), recall: mean("recall"), fScore: mean("fScore") };
}

function ofCounts(
  { truePositives, predicted, actual }: ClassCounts,
  { beta = 1, zeroDivision = 0 }: PrecisionRecallOptions,
): PrecisionRecall {
  const ratio = (numerator: number, denominator: number) => (denominator === 0 ? zeroDivision : numerator / denominator);
  return {
    precision: ratio(truePositives, predicted),
    recall: ratio(truePositives, actual),
    fScore: ratio((1 + beta * beta) * truePositives, beta * beta * actual + predicted),
  };
}

/** Σ w·x / Σ w over the entries that are numbers; NaN if there is none or the weights are all 0. */
export function weightedMean(values: readonly number[], weights: readonly number[]): number {
  let sum = 0;
  let total = 0;
  values.forEach((value, i) => {
    if (Number.isNaN(value)) return;
    sum += weights[i] * value;
    total += weights[i];
  });
  return sum / total;
}
