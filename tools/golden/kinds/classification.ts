import {
  basicInterval,
  bcaInterval,
  clopperPearsonInterval,
  confusionMatrix,
  jackknifeAcceleration,
  normalInterval,
  percentileInterval,
  predictedClasses,
  wilsonInterval,
} from "classifier-eval";
import type { Deviation, GoldenCase, GoldenFile, GoldenFolder, GoldenKind } from "../golden-kind.ts";
import { FAMILIES, type PredictionSet } from "./classification-families.ts";
import { mcnemarCase, pairedCase, stratifiedCases } from "./classification-tests.ts";
import { compare, isRecord, numbersOf } from "./classification-values.ts";

/** Float64 arithmetic in plain JavaScript, relative: the README's. Counts are compared exactly. */
const TOLERANCE = 1e-9;
const EXACT = 0;

/** Keys that describe a set, or that the confusion case compares. */
const OTHER_KEYS = ["N", "K", "W", "confusion_rows_true"];

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

/** Bootstrap of an accuracy by stored index rows: what each rule makes of it, and the intervals that need no resampling. */
function bootstrapCase(folder: GoldenFolder, golden: Record<string, unknown>): GoldenCase {
  const check = () => {
    const correct = Array.from(tensorOf(folder, "boot.correct"));
    const rows = tensorOf(folder, "boot.idx");
    const size = correct.length;
    const values = Array.from({ length: rows.length / size }, (_, b) => {
      let sum = 0;
      for (let i = 0; i < size; i++) sum += correct[rows[b * size + i]];
      return sum / size;
    });
    const hits = correct.reduce((sum, value) => sum + value, 0);
    const theta = hits / size;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
    const acceleration = jackknifeAcceleration(correct.map((value) => (hits - value) / (size - 1)));
    const ends = (interval: { low: number; high: number } | null) => (interval ? [interval.low, interval.high] : []);
    const bca = (ties: "strict" | "midrank") => {
      const interval = bcaInterval(theta, values, { acceleration, ties });
      return interval ? [interval.low, interval.high, ...interval.quantiles] : [];
    };
    const byRule: Readonly<Record<string, (confidence: number) => number[]>> = {
      percentile_linear: (confidence) => ends(percentileInterval(values, confidence)),
      basic: (confidence) => ends(basicInterval(theta, values, confidence)),
      normal: (confidence) => ends(normalInterval(theta, values, confidence)),
      wilson: (confidence) => ends(wilsonInterval(hits, size, confidence)),
      clopper_pearson: (confidence) => ends(clopperPearsonInterval(hits, size, confidence)),
    };
    const ours = (key: string): number[] => {
      if (key === "theta") return [theta];
      if (key === "mean") return [mean];
      if (key === "std_ddof1") return [deviation];
      if (key === "acceleration") return [acceleration];
      if (key === "bca_z0_strict") return bca("strict");
      if (key === "bca_z0_midrank") return bca("midrank");
      const [, rule, percent] = /^(\w+)_(\d+)$/.exec(key) ?? [];
      if (!Object.hasOwn(byRule, rule ?? "")) throw new Error(`no rule for the bootstrap's key "${key}"`);
      return byRule[rule](Number(percent) / 100);
    };
    return Object.entries(golden)
      .filter(([key]) => !key.endsWith("_note"))
      .map(([key, theirs]) => compare(key, ours(key), numbersOf(theirs), TOLERANCE));
  };
  return { name: "bootstrap: intervals of an accuracy", check };
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
  const { bootstrap, mcnemar, paired, stratified } = file.json;
  return [
    confusionCase(folder, sets),
    ...Object.keys(FAMILIES).flatMap((name) => familyCase(folder, sets, name)),
    ...(isRecord(bootstrap) ? [bootstrapCase(folder, bootstrap)] : []),
    ...(Array.isArray(mcnemar) ? [mcnemarCase(mcnemar)] : []),
    ...(isRecord(paired) ? [pairedCase(paired)] : []),
    ...(isRecord(stratified) ? stratifiedCases(stratified) : []),
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
