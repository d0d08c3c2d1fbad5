import { basicInterval, confusionMatrix, percentileInterval, predictedClasses } from "classifier-eval";
import { largestDifference } from "../compare.ts";
import type { Deviation, GoldenCase, GoldenFile, GoldenFolder, GoldenKind } from "../golden-kind.ts";
import { FAMILIES, type PredictionSet } from "./classification-families.ts";

/** Float64 arithmetic in plain JavaScript, relative: the README's. Counts are compared exactly. */
const TOLERANCE = 1e-9;
const EXACT = 0;

/** Keys that describe a set, or that the confusion case compares. */
const OTHER_KEYS = ["N", "K", "W", "confusion_rows_true"];

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

function openSet(folder: GoldenFolder, name: string): PredictionSet {
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
    const opened = new Map<string, PredictionSet>();
    return wanted.map(({ set, key, theirs, ours, match }): Deviation => {
      if (!opened.has(set)) opened.set(set, openSet(folder, set));
      const value = ours(opened.get(set) as PredictionSet, match); // set by the line above
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
    const ours = (key: string): number[] | undefined => {
      if (key === "theta") return [theta];
      if (key === "mean") return [mean];
      if (key === "std_ddof1") return [deviation];
      const [, rule, percent] = /^(percentile_linear|basic)_(\d+)$/.exec(key) ?? [];
      const confidence = Number(percent) / 100;
      if (rule === "basic") return ends(basicInterval(theta, values, confidence));
      return rule ? ends(percentileInterval(values, confidence)) : undefined;
    };
    return Object.entries(golden).flatMap(([key, theirs]) => {
      const value = ours(key);
      return value ? [compare(key, value, numbersOf(theirs), TOLERANCE)] : [];
    });
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
