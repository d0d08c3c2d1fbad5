import { accuracy, balancedAccuracy } from "../metrics/accuracy.ts";
import { brierPerImage } from "../metrics/brier.ts";
import { calibration } from "../metrics/calibration.ts";
import { cohenKappa } from "../metrics/cohen-kappa.ts";
import { type ConfusionMatrix, confusionMatrix, countClasses } from "../metrics/confusion-matrix.ts";
import { logLossPerImage, mean } from "../metrics/log-loss.ts";
import { matthewsCorrelation } from "../metrics/matthews.ts";
import { precisionRecall, precisionRecallPerClass, weightedMean } from "../metrics/precision-recall.ts";
import { isClass, type Predictions, predictedClasses, scoresOf } from "../metrics/predictions.ts";
import { rankScores } from "../metrics/ranking.ts";
import { rocAucOfRanking } from "../metrics/roc-auc.ts";
import { specificityPerClass } from "../metrics/specificity.ts";

/** Scores of the whole set, in the order of a report. */
export const scoreNames = [
  "accuracy",
  "balancedAccuracy",
  "macroPrecision",
  "macroRecall",
  "macroF1",
  "macroSpecificity",
  "weightedPrecision",
  "weightedRecall",
  "weightedF1",
  "microPrecision",
  "microRecall",
  "microF1",
  "rocAuc",
  "kappa",
  "matthews",
  "logLoss",
  "brier",
  "calibrationError",
] as const;
export type ScoreName = (typeof scoreNames)[number];

/** Scores of one class against the rest. */
export const classScoreNames = ["precision", "recall", "f1", "specificity", "rocAuc"] as const;
export type ClassScoreName = (typeof classScoreNames)[number];

/** Numbers by name; NaN where a score is undefined. */
export interface Scores {
  readonly overall: Readonly<Record<ScoreName, number>>;
  readonly perClass: readonly Readonly<Record<ClassScoreName, number>>[];
  readonly confusion: ConfusionMatrix;
}

/**
 * Prepares everything that does not depend on how often an image counts, so that a thousand bootstrap samples are cheap.
 *
 * Means over classes ("macro", ROC AUC) take the classes that occur; a class that occurs but was never predicted has
 * precision 0.
 *
 * @returns A function of the images' weights (default: once each), O(images · classes).
 */
export function createScorer(predictions: Predictions): (weights?: ArrayLike<number>) => Scores {
  const { labels, numClasses } = predictions;
  const predicted = predictedClasses(predictions);
  const losses = logLossPerImage(predictions);
  const briers = brierPerImage(predictions);
  const rankings = Array.from({ length: numClasses }, (_, k) => ({
    ranking: rankScores(scoresOf(predictions, k)),
    isPositive: isClass(labels, k),
  }));
  return (weights) => {
    const confusion = confusionMatrix(labels, predicted, { numClasses, weights });
    const perClass = classScores(
      confusion,
      rankings.map(({ ranking, isPositive }) => rocAucOfRanking(ranking, isPositive, weights)),
    );
    const macro = (name: ClassScoreName) => meanOfDefined(perClass.map((scores) => scores[name]));
    const weighted = precisionRecall(confusion, "weighted");
    const micro = precisionRecall(confusion, "micro");
    const overall = {
      accuracy: accuracy(confusion),
      balancedAccuracy: balancedAccuracy(confusion),
      macroPrecision: macro("precision"),
      macroRecall: macro("recall"),
      macroF1: macro("f1"),
      macroSpecificity: macro("specificity"),
      weightedPrecision: weighted.precision,
      weightedRecall: weighted.recall,
      weightedF1: weighted.fScore,
      microPrecision: micro.precision,
      microRecall: micro.recall,
      microF1: micro.fScore,
      rocAuc: macro("rocAuc"),
      kappa: cohenKappa(confusion),
      matthews: matthewsCorrelation(confusion),
      logLoss: mean(losses, weights),
      brier: mean(briers, weights) / (numClasses === 2 ? 2 : 1),
      calibrationError: calibration(predictions, { weights }).expectedError,
    };
    return { overall, perClass, confusion };
  };
}

/** The scores of each class; NaN for what a class without images has not got. */
function classScores(confusion: ConfusionMatrix, areas: readonly number[]): Record<ClassScoreName, number>[] {
  const specificity = specificityPerClass(confusion);
  const classes = countClasses(confusion);
  return precisionRecallPerClass(confusion).map(({ precision, recall, fScore }, k) => {
    const isPresent = classes[k].actual > 0;
    return {
      precision: isPresent ? precision : Number.NaN,
      recall: isPresent ? recall : Number.NaN,
      f1: isPresent ? fScore : Number.NaN,
      specificity: specificity[k],
      rocAuc: areas[k],
    };
  });
}

const meanOfDefined = (values: readonly number[]): number =>
  weightedMean(
    values,
    values.map(() => 1),
  );
