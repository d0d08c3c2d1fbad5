import {
  accuracy,
  averagePrecision,
  averagePrecisionPerClass,
  balancedAccuracy,
  brierScore,
  type Calibration,
  type ConfusionMatrix,
  calibration,
  cohenKappa,
  logLoss,
  macroJaccard,
  macroSpecificity,
  matthewsCorrelation,
  meanAveragePrecision,
  type Predictions,
  partialRocAuc,
  precisionRecall,
  precisionRecallCurve,
  precisionRecallPerClass,
  rocAuc,
  rocAucOneVsOne,
  rocAucOneVsRest,
  rocAucPerClass,
  rocCurve,
  sensitivityGeometricMean,
  specificityPerClass,
  topKAccuracy,
  trapezoidArea,
} from "classifier-eval";

/** A set of predictions with what is derived from it once. */
export interface PredictionSet {
  readonly predictions: Predictions;
  readonly confusion: ConfusionMatrix;
  /** Of a two-class set: 1 where the class is 1, and the score of class 1. */
  readonly isPositive: Uint8Array;
  readonly scores: Float64Array;
}

type Nested = number | null | readonly Nested[] | { readonly [key: string]: Nested };

/** One key of a set's JSON, matched by a pattern, and what we give for it. */
export interface Quantity {
  readonly key: RegExp;
  readonly ours: (set: PredictionSet, match: readonly string[]) => Nested;
}

type Average = "macro" | "micro" | "weighted";
type ZeroDivision = 0 | 1;
/** The patterns below let only these words through. */
const asAverage = (word: string) => word as Average;
const asZeroDivision = (word: string) => (word === "1" ? 1 : 0) as ZeroDivision;
/** `calibration` with B bins; the number of bins is in the key. */
const bins = ({ predictions }: PredictionSet, count: string): Calibration => calibration(predictions, { numBins: Number(count) });

/** Families of metrics: the keys of a golden set that belong together, and what we give for each. */
export const FAMILIES: Readonly<Record<string, readonly Quantity[]>> = {
  accuracy: [
    { key: /^accuracy$/, ours: ({ confusion }) => accuracy(confusion) },
    { key: /^balanced_accuracy$/, ours: ({ confusion }) => balancedAccuracy(confusion) },
    { key: /^balanced_accuracy_adjusted$/, ours: ({ confusion }) => balancedAccuracy(confusion, { adjusted: true }) },
    {
      key: /^top(\d+)_accuracy$/,
      ours: ({ predictions }, [, k]) => topKAccuracy(predictions, Math.min(Number(k), predictions.numClasses - 1)),
    },
  ],
  "precision, recall, F": [
    {
      key: /^prf_per_class_zd(0|1|warn)$/,
      ours: ({ confusion, predictions }, [, zero]) => {
        const classes = precisionRecallPerClass(confusion, { zeroDivision: asZeroDivision(zero) });
        const support = classes.map((_, k) => Array.from(predictions.labels).filter((label) => label === k).length);
        return [classes.map((c) => c.precision), classes.map((c) => c.recall), classes.map((c) => c.fScore), support];
      },
    },
    {
      key: /^prf_(macro|micro|weighted)_zd(0|1|warn)$/,
      ours: ({ confusion }, [, average, zero]) => {
        const { precision, recall, fScore } = precisionRecall(confusion, asAverage(average), {
          zeroDivision: asZeroDivision(zero),
        });
        return [precision, recall, fScore, null];
      },
    },
    {
      key: /^fbeta([\d.]+)_(macro|micro|weighted)_zd(0|1)$/,
      ours: ({ confusion }, [, beta, average, zero]) =>
        precisionRecall(confusion, asAverage(average), { beta: Number(beta), zeroDivision: asZeroDivision(zero) }).fScore,
    },
    {
      key: /^jaccard_macro_zd(0|1)$/,
      ours: ({ confusion }, [, zero]) => macroJaccard(confusion, { zeroDivision: asZeroDivision(zero) }),
    },
  ],
  specificity: [
    { key: /^specificity_per_class$/, ours: ({ confusion }) => specificityPerClass(confusion) },
    { key: /^specificity_macro$/, ours: ({ confusion }) => macroSpecificity(confusion) },
    { key: /^sensitivity_gmean$/, ours: ({ confusion }) => sensitivityGeometricMean(confusion) },
  ],
  "ROC AUC": [
    { key: /^roc_auc$/, ours: ({ isPositive, scores }) => rocAuc(isPositive, scores) },
    { key: /^roc_auc_per_class$/, ours: ({ predictions }) => rocAucPerClass(predictions) },
    {
      key: /^roc_auc_ovr_(macro|micro|weighted)$/,
      ours: ({ predictions }, [, average]) => rocAucOneVsRest(predictions, asAverage(average)),
    },
    {
      key: /^roc_auc_ovo_(macro|weighted)$/,
      ours: ({ predictions }, [, average]) => rocAucOneVsOne(predictions, average === "macro" ? "macro" : "weighted"),
    },
    {
      key: /^roc_auc_partial_fpr([\d.]+)$/,
      ours: ({ isPositive, scores }, [, rate]) => partialRocAuc(rocCurve(isPositive, scores), Number(rate)),
    },
    {
      key: /^roc_auc_trapz$/,
      ours: ({ isPositive, scores }) => {
        const { falsePositiveRates, truePositiveRates } = rocCurve(isPositive, scores);
        return trapezoidArea(falsePositiveRates, truePositiveRates);
      },
    },
    {
      key: /^roc_curve$/,
      ours: ({ isPositive, scores }) => {
        const { falsePositiveRates, truePositiveRates, thresholds } = rocCurve(isPositive, scores);
        return { fpr: falsePositiveRates, tpr: truePositiveRates, thresholds };
      },
    },
  ],
  "average precision": [
    { key: /^average_precision$/, ours: ({ isPositive, scores }) => averagePrecision(isPositive, scores) },
    { key: /^average_precision_per_class$/, ours: ({ predictions }) => averagePrecisionPerClass(predictions) },
    {
      key: /^average_precision_(macro|micro|weighted)$/,
      ours: ({ predictions }, [, average]) => meanAveragePrecision(predictions, asAverage(average)),
    },
    {
      key: /^pr_auc_trapz$/,
      ours: ({ isPositive, scores }) => {
        const { precision, recall } = precisionRecallCurve(isPositive, scores);
        return trapezoidArea(recall, precision);
      },
    },
    {
      key: /^pr_curve$/,
      ours: ({ isPositive, scores }) => {
        const { precision, recall, thresholds } = precisionRecallCurve(isPositive, scores);
        return { precision, recall, thresholds };
      },
    },
  ],
  "kappa and MCC": [
    { key: /^cohen_kappa$/, ours: ({ confusion }) => cohenKappa(confusion) },
    {
      key: /^cohen_kappa_(linear|quadratic)$/,
      ours: ({ confusion }, [, weights]) => cohenKappa(confusion, { weights: weights === "linear" ? "linear" : "quadratic" }),
    },
    { key: /^mcc$/, ours: ({ confusion }) => matthewsCorrelation(confusion) },
  ],
  "log loss": [{ key: /^log_loss$/, ours: ({ predictions }) => logLoss(predictions) }],
  Brier: [
    { key: /^brier_multiclass_sum$/, ours: ({ predictions }) => brierSum(predictions) },
    { key: /^brier_(multiclass_halved|binary)$/, ours: ({ predictions }) => brierSum(predictions) / 2 },
    { key: /^brier_sklearn_multiclass$/, ours: ({ predictions }) => brierScore(predictions) },
  ],
  calibration: [
    { key: /^ece_(\d+)$/, ours: (set, [, count]) => bins(set, count).expectedError },
    { key: /^mce_(\d+)$/, ours: (set, [, count]) => bins(set, count).maximumError },
    {
      key: /^ece_bins_(\d+)$/,
      ours: (set, [, count]) => bins(set, count).bins.map((bin) => [bin.count, bin.accuracy, bin.confidence]),
    },
  ],
};

const brierSum = (predictions: Predictions): number => brierScore(predictions) * (predictions.numClasses === 2 ? 2 : 1);
