import { type ConfusionMatrix, countAll, countClasses } from "./confusion-matrix.ts";

/**
 * Matthews' correlation between true and predicted classes (R_K); 0 where either is constant.
 *
 * @see Gorodkin 2004; scikit-learn, matthews_corrcoef.
 */
export function matthewsCorrelation(confusion: ConfusionMatrix): number {
  const classes = countClasses(confusion);
  const all = countAll(confusion);
  let correct = 0;
  let both = 0;
  let predictedSquares = 0;
  let actualSquares = 0;
  for (const { truePositives, predicted, actual } of classes) {
    correct += truePositives;
    both += predicted * actual;
    predictedSquares += predicted * predicted;
    actualSquares += actual * actual;
  }
  const denominator = (all * all - predictedSquares) * (all * all - actualSquares);
  return denominator === 0 ? 0 : (correct * all - both) / Math.sqrt(denominator);
}
