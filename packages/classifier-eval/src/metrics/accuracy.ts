import { type ConfusionMatrix, countAll, countClasses } from "./confusion-matrix.ts";

/** Share of images that were called what they are. */
export function accuracy(confusion: ConfusionMatrix): number {
  return countClasses(confusion).reduce((sum, { truePositives }) => sum + truePositives, 0) / countAll(confusion);
}

/**
 * Mean recall over the classes that occur in the labels.
 *
 * @param options - `adjusted`: 0 is chance, 1 is perfect; −∞ where only one class occurs.
 */
export function balancedAccuracy(confusion: ConfusionMatrix, { adjusted = false }: { adjusted?: boolean } = {}): number {
  const present = countClasses(confusion).filter(({ actual }) => actual > 0);
  const mean = present.reduce((sum, { truePositives, actual }) => sum + truePositives / actual, 0) / present.length;
  return adjusted ? (mean - 1 / present.length) / (1 - 1 / present.length) : mean;
}
