import { accuracy, balancedAccuracy } from "../metrics/accuracy.ts";
import { averagePrecisionOfCounts } from "../metrics/average-precision.ts";
import { brierPerImage } from "../metrics/brier.ts";
import { calibration } from "../metrics/calibration.ts";
import { cohenKappa } from "../metrics/cohen-kappa.ts";
import { type ConfusionMatrix, confusionMatrix, countClasses } from "../metrics/confusion-matrix.ts";
import { logLossPerImage, mean } from "../metrics/log-loss.ts";
import { matthewsCorrelation } from "../metrics/matthews.ts";
import { precisionRecall, precisionRecallPerClass, weightedMean } from "../metrics/precision-recall.ts";
import { isClass, type Predictions, predictedClasses, scoresOf } from "../metrics/predictions.ts";
import { type CumulatedCounts, cumulate, type Ranking, rankScores } from "../metrics/ranking.ts";
import { areaOfCounts, rocAucOfRanking } from "../metrics/roc-auc.ts";
import { sensitivityOfCounts } from "../metrics/sensitivity-at-specificity.ts";
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
  "rocAucOneVsOne",
  "averagePrecision",
  "kappa",
  "matthews",
  "logLoss",
  "brier",
  "calibrationError",
] as const;
export type ScoreName = (typeof scoreNames)[number];

/** Scores of one class against the rest. */
export const classScoreNames = [
  "precision",
  "recall",
  "f1",
  "specificity",
  "rocAuc",
  "averagePrecision",
  "sensitivityAtSpecificity",
] as const;
export type ClassScoreName = (typeof classScoreNames)[number];

/** Numbers by name; NaN where a score is undefined. */
export interface Scores {
  readonly overall: Readonly<Record<ScoreName, number>>;
  readonly perClass: readonly Readonly<Record<ClassScoreName, number>>[];
  readonly confusion: ConfusionMatrix;
}

export interface ScorerOptions {
  /** The specificity at which `sensitivityAtSpecificity` is taken. @defaultValue 0.9 */
  readonly specificity?: number;
}

/**
 * Prepares everything that does not depend on how often an image counts, so that a thousand bootstrap samples are cheap.
 *
 * Means over classes ("macro", ROC AUC) take the classes that occur; a class that occurs but was never predicted has
 * precision 0.
 *
 * @returns A function of the images' weights (default: once each), O(images · classes).
 */
export function createScorer(
  predictions: Predictions,
  { specificity = 0.9 }: ScorerOptions = {},
): (weights?: ArrayLike<number>) => Scores {
  const { labels, numClasses } = predictions;
  const predicted = predictedClasses(predictions);
  const losses = logLossPerImage(predictions);
  const briers = brierPerImage(predictions);
  const rankings = Array.from({ length: numClasses }, (_, k) => ({
    ranking: rankScores(scoresOf(predictions, k)),
    isPositive: isClass(labels, k),
  }));
  const pairs = rankPairs(predictions);
  return (weights) => {
    const confusion = confusionMatrix(labels, predicted, { numClasses, weights });
    const perClass = classScores(
      confusion,
      rankings.map(({ ranking, isPositive }) => cumulate(ranking, isPositive, weights)),
      specificity,
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
      rocAucOneVsOne: meanOfDefined(pairs.map((pair) => areaOfPair(pair, weights))),
      averagePrecision: macro("averagePrecision"),
      kappa: cohenKappa(confusion),
      matthews: matthewsCorrelation(confusion),
      logLoss: mean(losses, weights),
      brier: mean(briers, weights) / (numClasses === 2 ? 2 : 1),
      calibrationError: calibration(predictions, { weights }).expectedError,
    };
    return { overall, perClass, confusion };
  };
}

/** Images of two classes, ranked by the score of each. */
interface RankedPair {
  /** Their positions among all images. */
  readonly members: Int32Array;
  readonly sides: readonly { readonly ranking: Ranking; readonly isPositive: ArrayLike<number> }[];
}

/** All pairs of classes that occur. */
function rankPairs(predictions: Predictions): RankedPair[] {
  const { labels, numClasses } = predictions;
  const indicesOf = Array.from({ length: numClasses }, () => [] as number[]);
  for (let i = 0; i < labels.length; i++) indicesOf[labels[i]].push(i);
  const columns = Array.from({ length: numClasses }, (_, k) => scoresOf(predictions, k));
  return indicesOf.flatMap((first, a) =>
    indicesOf.slice(a + 1).flatMap((second, offset): RankedPair[] => {
      if (first.length === 0 || second.length === 0) return [];
      const members = Int32Array.from([...first, ...second]);
      const sides = [a, a + 1 + offset].map((k) => ({
        ranking: rankScores(Float64Array.from(members, (i) => columns[k][i])),
        isPositive: Uint8Array.from(members, (i) => (labels[i] === k ? 1 : 0)),
      }));
      return [{ members, sides }];
    }),
  );
}

/** The mean of both directions. @see Hand & Till 2001. */
function areaOfPair({ members, sides }: RankedPair, weights: ArrayLike<number> | undefined): number {
  const own = weights && Float64Array.from(members, (i) => weights[i]);
  return sides.reduce((sum, { ranking, isPositive }) => sum + rocAucOfRanking(ranking, isPositive, own), 0) / sides.length;
}

/** The scores of each class; NaN for what a class without images has not got. */
function classScores(
  confusion: ConfusionMatrix,
  curves: readonly CumulatedCounts[],
  wantedSpecificity: number,
): Record<ClassScoreName, number>[] {
  const specificity = specificityPerClass(confusion);
  const classes = countClasses(confusion);
  return precisionRecallPerClass(confusion).map(({ precision, recall, fScore }, k) => {
    const isPresent = classes[k].actual > 0;
    return {
      precision: isPresent ? precision : Number.NaN,
      recall: isPresent ? recall : Number.NaN,
      f1: isPresent ? fScore : Number.NaN,
      specificity: specificity[k],
      rocAuc: areaOfCounts(curves[k]),
      averagePrecision: averagePrecisionOfCounts(curves[k]),
      sensitivityAtSpecificity: sensitivityOfCounts(curves[k], wantedSpecificity),
    };
  });
}

const meanOfDefined = (values: readonly number[]): number =>
  weightedMean(
    values,
    values.map(() => 1),
  );
