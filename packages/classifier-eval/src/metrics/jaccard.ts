import { type ConfusionMatrix, countClasses } from "./confusion-matrix.ts";

/** Mean over classes of TP/(TP+FP+FN); a class that neither occurs nor was predicted counts as `zeroDivision`. */
export function macroJaccard(confusion: ConfusionMatrix, { zeroDivision = 0 }: { zeroDivision?: 0 | 1 } = {}): number {
  const classes = countClasses(confusion);
  const scores = classes.map(({ truePositives, predicted, actual }) => {
    const union = predicted + actual - truePositives;
    return union === 0 ? zeroDivision : truePositives / union;
  });
  return scores.reduce((sum, score) => sum + score, 0) / classes.length;
}

/** Geometric mean of the recalls; a class without images counts as 0. */
export function sensitivityGeometricMean(confusion: ConfusionMatrix): number {
  const classes = countClasses(confusion);
  const product = classes.reduce((p, { truePositives, actual }) => p * (actual === 0 ? 0 : truePositives / actual), 1);
  return product ** (1 / classes.length);
}
