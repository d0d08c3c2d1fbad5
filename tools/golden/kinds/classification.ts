import {
  accuracy,
  averagePrecision,
  averagePrecisionPerClass,
  balancedAccuracy,
  basicInterval,
  brierScore,
  type Calibration,
  type ConfusionMatrix,
  calibration,
  cohenKappa,
  confusionMatrix,
  logLoss,
  macroJaccard,
  macroSpecificity,
  matthewsCorrelation,
  meanAveragePrecision,
  type Predictions,
  partialRocAuc,
  percentileInterval,
  precisionRecall,
  precisionRecallCurve,
  precisionRecallPerClass,
  predictedClasses,
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
import { largestDifference } from "../compare.ts";
import type { Deviation, GoldenCase, GoldenFile, GoldenFolder, GoldenKind } from "../golden-kind.ts";

/** Float64 arithmetic in plain JavaScript, relative: the README's. Counts are compared exactly. */
const TOLERANCE = 1e-9;
const EXACT = 0;

/** A set of predictions with what is derived from it once. */
interface Set {
  readonly predictions: Predictions;
  readonly confusion: ConfusionMatrix;
  /** Of a two-class set: 1 where the class is 1, and the score of class 1. */
  readonly isPositive: Uint8Array;
  readonly scores: Float64Array;
}

type Nested = number | null | readonly Nested[] | { readonly [key: string]: Nested };

/** One key of a set's JSON, matched by a pattern, and what we give for it. */
interface Quantity {
  readonly key: RegExp;
  readonly ours: (set: Set, match: readonly string[]) => Nested;
}

type Average = "macro" | "micro" | "weighted";
type ZeroDivision = 0 | 1;
/** The patterns below let only these words through. */
const asAverage = (word: string) => word as Average;
const asZeroDivision = (word: string) => (word === "1" ? 1 : 0) as ZeroDivision;
/** `calibration` with B bins; the number of bins is in the key. */
const bins = ({ predictions }: Set, count: string): Calibration => calibration(predictions, { numBins: Number(count) });

const FAMILIES: Readonly<Record<string, readonly Quantity[]>> = {
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

/** Keys that describe a set, or that the confusion case compares. */
const OTHER_KEYS = ["N", "K", "W", "confusion_rows_true"];

const brierSum = (predictions: Predictions): number => brierScore(predictions) * (predictions.numClasses === 2 ? 2 : 1);

/** Relative to 1 + the largest finite magnitude; infinities and NaN must be the same on both sides. */
function compare(what: string, ours: ArrayLike<number>, theirs: ArrayLike<number>, tolerance: number): Deviation {
  const magnitude = Array.from(theirs)
    .filter(Number.isFinite)
    .reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return { what, error: largestDifference(ours, theirs) / (1 + magnitude), tolerance };
}

/** Numbers of a nested value in order, keys sorted; null and "nan" are NaN. */
function numbersOf(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (value === null || value === "nan") return [Number.NaN];
  if (value === "inf" || value === "-inf") return [value === "inf" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY];
  if (Array.isArray(value)) return value.flatMap(numbersOf);
  if (isRecord(value))
    return Object.keys(value)
      .sort()
      .flatMap((key) => numbersOf(value[key]));
  throw new Error(`not a number: ${JSON.stringify(value)}`);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Sets of predictions of a JSON file: records with N, K and a confusion matrix. */
function setsOf({ json }: GoldenFile): Readonly<Record<string, Record<string, unknown>>> {
  if (!isRecord(json) || !isRecord(json.cases)) return {};
  const sets = Object.entries(json.cases).filter((entry): entry is [string, Record<string, unknown>] => {
    const [, set] = entry;
    return isRecord(set) && ["N", "K", "confusion_rows_true"].every((field) => field in set);
  });
  return Object.fromEntries(sets);
}

function tensorOf({ files }: GoldenFolder, key: string): ArrayLike<number> {
  for (const { tensors } of files)
    if (tensors && Object.hasOwn(tensors.tensors, key))
      return tensors.tensors[key].data as Float64Array | Int32Array | Int16Array; // the README
  throw new Error(`no tensor "${key}" beside the case`);
}

function openSet(folder: GoldenFolder, name: string): Set {
  const probabilities = tensorOf(folder, `${name}.prob`);
  const labels = tensorOf(folder, `${name}.y`);
  const predictions = { labels, probabilities, numClasses: probabilities.length / labels.length };
  const { numClasses } = predictions;
  return {
    predictions,
    confusion: confusionMatrix(labels, predictedClasses(predictions), { numClasses }),
    isPositive: Uint8Array.from(labels, (label) => (label === 1 ? 1 : 0)),
    scores: Float64Array.from(labels, (_, i) => probabilities[i * numClasses + 1]),
  };
}

/** Compares one family in every set; undefined where no set has a key of it. */
function familyCase(folder: GoldenFolder, sets: ReturnType<typeof setsOf>, name: string): GoldenCase[] {
  const find = (key: string) => {
    for (const { key: pattern, ours } of FAMILIES[name]) {
      const match = pattern.exec(key);
      if (match) return { ours, match };
    }
    return undefined;
  };
  const wanted = Object.entries(sets).flatMap(([set, values]) =>
    Object.entries(values).flatMap(([key, theirs]) => {
      const found = theirs === null ? undefined : find(key);
      return found ? [{ set, key, theirs, ...found }] : [];
    }),
  );
  if (wanted.length === 0) return [];
  const check = () => {
    const opened = new Map<string, Set>();
    return wanted.map(({ set, key, theirs, ours, match }): Deviation => {
      if (!opened.has(set)) opened.set(set, openSet(folder, set));
      const value = ours(opened.get(set) as Set, match); // set by the line above
      return compare(`${set} ${key}`, numbersOf(value), numbersOf(theirs), TOLERANCE);
    });
  };
  return [{ name, check }];
}

function confusionCase(folder: GoldenFolder, sets: ReturnType<typeof setsOf>): GoldenCase {
  return {
    name: "confusion matrix",
    check: () =>
      Object.entries(sets).map(([set, values]) =>
        compare(`${set} confusion`, openSet(folder, set).confusion.counts, numbersOf(values.confusion_rows_true), EXACT),
      ),
  };
}

/** Bootstrap by stored index rows: what the percentile and the basic interval make of it. */
function bootstrapCase(folder: GoldenFolder, golden: Record<string, unknown>): GoldenCase {
  const check = () => {
    const correct = tensorOf(folder, "boot.correct");
    const rows = tensorOf(folder, "boot.idx");
    const size = correct.length;
    const values = Array.from({ length: rows.length / size }, (_, b) => {
      let sum = 0;
      for (let i = 0; i < size; i++) sum += correct[rows[b * size + i]];
      return sum / size;
    });
    const theta = Array.from(correct).reduce((sum, value) => sum + value, 0) / size;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
    const ends = (interval: { low: number; high: number } | null) => (interval ? [interval.low, interval.high] : []);
    const ours: Record<string, number[]> = {
      theta: [theta],
      mean: [mean],
      std_ddof1: [deviation],
      percentile_linear_95: ends(percentileInterval(values)),
      basic_95: ends(basicInterval(theta, values)),
    };
    return Object.entries(ours).flatMap(([key, value]) =>
      key in golden ? [compare(key, value, numbersOf(golden[key]), TOLERANCE)] : [],
    );
  };
  return { name: "bootstrap: percentile and basic intervals", check };
}

function casesOf(folder: GoldenFolder, file: GoldenFile): GoldenCase[] {
  const sets = setsOf(file);
  if (Object.keys(sets).length === 0 || !isRecord(file.json)) return [];
  const patterns = Object.values(FAMILIES).flatMap((family) => family.map(({ key }) => key));
  const unknown = new Set(
    Object.values(sets)
      .flatMap((set) => Object.keys(set))
      .filter((key) => !OTHER_KEYS.includes(key) && !patterns.some((pattern) => pattern.test(key))),
  );
  const { bootstrap } = file.json;
  const later = ["mcnemar", "paired", "stratified"].filter((section) => section in (file.json as Record<string, unknown>)); // a record: checked above
  return [
    confusionCase(folder, sets),
    ...Object.keys(FAMILIES).flatMap((name) => familyCase(folder, sets, name)),
    ...(isRecord(bootstrap)
      ? [bootstrapCase(folder, bootstrap), pending("bootstrap: normal, BCa, Wilson, Clopper–Pearson")]
      : []),
    ...later.map(pending),
    ...[...unknown].map(pending),
  ];
}

const pending = (name: string): GoldenCase => ({ name, check: undefined });

/** Classification metrics against scikit-learn, one case a family of metrics over all sets of predictions. */
export const classification: GoldenKind = {
  name: "classification",
  find: (folder) =>
    folder.files.flatMap((file) => {
      const cases = casesOf(folder, file);
      if (cases.length === 0) return [];
      const sets = Object.keys(setsOf(file));
      const tensors = folder.files.filter(
        ({ tensors }) => tensors && sets.some((set) => Object.hasOwn(tensors.tensors, `${set}.prob`)),
      );
      return [{ files: [file, ...tensors], cases }];
    }),
};
