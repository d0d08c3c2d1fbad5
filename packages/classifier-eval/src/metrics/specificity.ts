import { type ConfusionMatrix, countAll, countClasses } from "./confusion-matrix.ts";
import { weightedMean } from "./precision-recall.ts";

/** Per class against the rest: TN/(TN+FP), the recall of "not this class"; NaN where every image is of the class. */
export function specificityPerClass(confusion: ConfusionMatrix): number[] {
  const all = countAll(confusion);
  return countClasses(confusion).map(({ truePositives, predicted, actual }) => {
    const falsePositives = predicted - truePositives;
    const negatives = all - actual;
    return (negatives - falsePositives) / negatives;
  });
}

/** Plain mean over the classes for which it is defined. */
export function macroSpecificity(confusion: ConfusionMatrix): number {
  const values = specificityPerClass(confusion);
  return weightedMean(
    values,
    values.map(() => 1),
  );
}
