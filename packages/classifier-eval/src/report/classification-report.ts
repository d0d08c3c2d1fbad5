import { checkOptions, createRng, expect, type Rng } from "repro-kit";
import { bootstrapWeights, type Interval } from "../metrics/bootstrap.ts";
import { countClasses } from "../metrics/confusion-matrix.ts";
import { checkPredictions, type Predictions, predictedClasses } from "../metrics/predictions.ts";
import { clopperPearsonInterval } from "../metrics/proportion-interval.ts";
import { type BootstrapScores, bootstrapScores, classScoreStart, estimateAt, scoreIndex } from "./bootstrap-scores.ts";
import { type ClassScoreName, classScoreNames, createScorer, type ScoreName, scoreNames } from "./scores.ts";

/** The scores of one class; null where undefined. */
export type ClassReport = { readonly [K in ClassScoreName]: number | null } & {
  readonly name: string;
  /** Number of test images of the class. */
  readonly support: number;
  readonly intervals: { readonly [K in ClassScoreName]: Interval | null };
};

/** What a classifier did on a test set. A score that is undefined there is null, and `notes` says why. */
export type ClassifierReport = { readonly [K in ScoreName]: number | null } & {
  /** Number of test images. */
  readonly count: number;
  readonly classes: readonly string[];
  readonly perClass: readonly ClassReport[];
  /** [true class][predicted class], summed over the runs. */
  readonly confusion: readonly (readonly number[])[];
  /** Bootstrap percentile intervals, over the test images; of accuracy and of a class's shares that are 0 or 1 Clopper and Pearson's. */
  readonly intervals: { readonly [K in ScoreName]: Interval | null };
  readonly notes: readonly string[];
  readonly protocol: ReportProtocol;
};

export interface ReportProtocol {
  /** Trainings whose scores were averaged. */
  readonly runs: number;
  readonly resamples: number;
  readonly confidence: number;
  /** At which each class's `sensitivityAtSpecificity` was taken. */
  readonly specificity: number;
  /** What the bootstrap draws. */
  readonly unit: "image" | "group";
}

export interface ReportOptions {
  readonly classes: readonly string[];
  /** Group of each test image (patient, lesion): the bootstrap then draws groups. */
  readonly groups?: readonly (string | number)[];
  /** @defaultValue createRng(0) */
  readonly rng?: Rng;
  /** @defaultValue 1000 */
  readonly resamples?: number;
  /** @defaultValue 0.95 */
  readonly confidence?: number;
  /** At which each class's sensitivity is told, in [0, 1]. @defaultValue 0.9 */
  readonly specificity?: number;
}

/**
 * All classification scores with bootstrap intervals.
 *
 * @param predictions - Of one classifier, or of several runs on the same images, whose scores are averaged.
 * @throws UsageError if labels, probabilities and classes do not fit together, or the runs saw different images.
 */
export function classificationReport(
  predictions: Predictions | readonly Predictions[],
  options: ReportOptions,
): ClassifierReport {
  const runs = checkRuns(predictions, options);
  const { count, resamples, rng, groups } = samplingOf(runs, options);
  return assembleReport(runs, bootstrapScores(runs, bootstrapWeights(count, { rng, resamples, groups }), options), options);
}

/** Checked list of runs. @internal */
export function checkRuns(
  predictions: Predictions | readonly Predictions[],
  { classes, ...options }: ReportOptions,
): readonly Predictions[] {
  checkOptions("classificationReport", options, ["groups", "rng", "resamples", "confidence", "specificity"]);
  const { specificity = 0.9, confidence = 0.95 } = options;
  expect(specificity >= 0 && specificity <= 1, "classificationReport", `specificity must lie in [0, 1]; got ${specificity}.`);
  expect(
    confidence > 0 && confidence < 1,
    "classificationReport",
    `confidence must lie in (0, 1), such as 0.95; got ${confidence}.`,
  );
  const runs = "labels" in predictions ? [predictions] : predictions;
  expect(runs.length > 0, "classificationReport", "there are no predictions.");
  for (const run of runs) {
    checkPredictions("classificationReport", run);
    expect(
      run.numClasses === classes.length,
      "classificationReport",
      `predictions have ${run.numClasses} classes; names are given for ${classes.length} (${classes.join(", ")}).`,
    );
    expect(
      run.labels.length === runs[0].labels.length && Array.from(run.labels).every((label, i) => label === runs[0].labels[i]),
      "classificationReport",
      "all runs must be on the same images in the same order; their labels differ.",
    );
  }
  return runs;
}

/** The bootstrap's settings with their defaults. @internal */
export function samplingOf(runs: readonly Predictions[], { rng = createRng(0), resamples = 1000, groups }: ReportOptions) {
  return { count: runs[0].labels.length, rng, resamples, groups };
}

/** The report of scores that are computed already. @internal */
export function assembleReport(runs: readonly Predictions[], scores: BootstrapScores, options: ReportOptions): ClassifierReport {
  const { classes, groups, confidence = 0.95, specificity = 0.9 } = options;
  const matrices = runs.map((run) => createScorer(run)().confusion);
  const counts = matrices.map(countClasses);
  const at = (index: number) => estimateAt(scores, index, confidence);
  const exact = shareIntervals(runs, options);
  const ofClass = (k: number, name: ClassScoreName, i: number) => {
    const { value, interval } = at(classScoreStart(k) + i);
    return exact(value, interval, k, name);
  };
  const perClass = classes.map((name, k) => ({
    name,
    support: counts[0][k].actual,
    ...record(classScoreNames, (_, i) => at(classScoreStart(k) + i).value),
    intervals: record(classScoreNames, (name, i) => ofClass(k, name, i)),
  }));
  return {
    count: runs[0].labels.length,
    classes,
    ...record(scoreNames, (name) => at(scoreIndex(name)).value),
    perClass,
    confusion: classes.map((_, t) =>
      classes.map((_, p) => matrices.reduce((sum, { counts }) => sum + counts[t * classes.length + p], 0)),
    ),
    intervals: {
      ...record(scoreNames, (name) => at(scoreIndex(name)).interval),
      accuracy: exact(at(scoreIndex("accuracy")).value, at(scoreIndex("accuracy")).interval),
    },
    notes: [...notesOf(classes, counts), ...constantNotes(runs)],
    protocol: {
      runs: runs.length,
      resamples: scores.samples.length,
      confidence,
      specificity,
      unit: groups ? "group" : "image",
    },
  };
}

/** Of the images that a class's share is taken of. */
const denominators: Partial<Record<ClassScoreName, (label: number, predicted: number, k: number) => boolean>> = {
  precision: (_, predicted, k) => predicted === k,
  recall: (label, _, k) => label === k,
  specificity: (label, _, k) => label !== k,
};

/**
 * The interval of a share, which the bootstrap cannot give where the share is 0 or 1 (every sample has the same): then that of Clopper and
 * Pearson for as many independent answers as there are images, or groups, that the share is taken of; of several runs the one with fewest.
 */
function shareIntervals(runs: readonly Predictions[], { groups, confidence = 0.95 }: ReportOptions) {
  const predicted = runs.map(predictedClasses);
  return (value: number | null, interval: Interval | null, k = 0, name?: ClassScoreName): Interval | null => {
    const isCounted = name === undefined ? () => true : denominators[name];
    if (!isCounted || interval === null || (value !== 0 && value !== 1) || interval.low !== interval.high) return interval;
    const answers = runs.map(({ labels }, r) => {
      const indices = Array.from(predicted[r].keys()).filter((i) => isCounted(labels[i], predicted[r][i], k));
      return groups ? new Set(indices.map((i) => groups[i])).size : indices.length;
    });
    const count = Math.min(...answers);
    return count === 0 ? interval : clopperPearsonInterval(value * count, count, confidence);
  };
}

/** What a reader must know about classes that are missing. */
function notesOf(classes: readonly string[], runs: readonly (readonly { predicted: number; actual: number }[])[]): string[] {
  return classes.flatMap((name, k) => {
    if (runs[0][k].actual === 0)
      return [`Class "${name}" has no test image: its scores are undefined and left out of the means over classes.`];
    const never = runs.filter((counts) => counts[k].predicted === 0).length;
    if (never === 0) return [];
    const where = runs.length === 1 ? "" : ` in ${never} of ${runs.length} runs`;
    return [`Class "${name}" was never predicted${where}: its precision counts as 0 there.`];
  });
}

/** A classifier that says the same of every image is worth a word. */
function constantNotes(runs: readonly Predictions[]): string[] {
  const constant = runs.filter(({ labels, probabilities, numClasses }) => {
    for (let i = numClasses; i < probabilities.length; i++) if (probabilities[i] !== probabilities[i - numClasses]) return false;
    return labels.length > 1;
  }).length;
  if (constant === 0) return [];
  const where = runs.length === 1 ? "" : ` in ${constant} of ${runs.length} runs`;
  return [`All images have the same probabilities${where}: the classifier tells nothing apart.`];
}

/** An object with one entry a name. */
export function record<K extends string, V>(names: readonly K[], entryOf: (name: K, index: number) => V): Record<K, V> {
  return Object.fromEntries(names.map((name, i) => [name, entryOf(name, i)])) as Record<K, V>; // every name got its entry
}
