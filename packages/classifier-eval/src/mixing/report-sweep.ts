import { expect } from "repro-kit";
import { openSource, selectImages } from "../data/image-source.ts";
import type { Predictions } from "../metrics/predictions.ts";
import type { Estimate } from "../report/bootstrap-scores.ts";
import { type ClassifierReport, classificationReport, record } from "../report/classification-report.ts";
import { createScorer, type ScoreName, scoreNames } from "../report/scores.ts";
import { unpackClassifier } from "../training/classifier-files.ts";
import { predictAll } from "../training/predict-all.ts";
import type { ValidationScores } from "../training/train-classifier.ts";
import { compareRuns } from "./compare-runs.ts";
import { hasClassical, hasGenerated, type SweepArm } from "./sweep-cells.ts";
import type { SweepPoint } from "./sweep-mix-ratios.ts";
import { gridOf, type SweepOptions } from "./sweep-plan.ts";

/** All seeds of one arm at one α and one share of the data. */
export interface SweepRow {
  readonly arm: SweepArm;
  readonly alpha: number;
  readonly dataShare: number;
  readonly seeds: readonly number[];
  readonly numReal: readonly number[];
  readonly numSynthetic: readonly number[];
  /** Means over the seeds. */
  readonly validation: ValidationScores;
  /** Scores are means over the seeds; the intervals speak of the test images. */
  readonly test: ClassifierReport;
  /** Standard deviation of the test scores over the seeds; null with one seed, or where a score is undefined. */
  readonly deviation: Readonly<Record<ScoreName, number | null>>;
  /** The same arm without generated images, where the sweep has it. */
  readonly against?: SweepArm;
  /** This row − the one against, paired on the same bootstrap samples of the test images. */
  readonly difference?: Readonly<Record<ScoreName, Estimate>>;
  /** The same of the accuracy, seed by seed: the interval above does not know how much a repetition of the training changes. */
  readonly seedDifferences?: readonly number[];
}

/** The α that validation chose in an arm, and what it is worth on the test images. */
export interface SweepChoice {
  readonly arm: SweepArm;
  readonly dataShare: number;
  /** 0 where the arm without generated images was the best; that stands to choice if 0 is among the sweep's α. */
  readonly alpha: number;
  /** The arm without generated images that it is compared with; absent where the sweep had none. */
  readonly against?: SweepArm;
  /** Chosen − against; absent also where the chosen α is 0. */
  readonly difference?: Readonly<Record<ScoreName, Estimate>>;
  /** As the row's. */
  readonly seedDifferences?: readonly number[];
}

export interface SweepSummary {
  readonly classes: readonly string[];
  readonly rows: readonly SweepRow[];
  readonly choices: readonly SweepChoice[];
  readonly selectedBy: "accuracy" | "balancedAccuracy" | "loss";
  readonly numTest: number;
}

export interface ReportSweepOptions {
  /** All points of the sweep. */
  readonly points: readonly SweepPoint[];
  /** What the sweep was made with; its store holds the classifiers. */
  readonly sweep: SweepOptions;
  /** The validation score that chooses α. @defaultValue "balancedAccuracy" */
  readonly selectBy?: SweepSummary["selectedBy"];
  /** @defaultValue 1000 */
  readonly resamples?: number;
}

/**
 * The end of a sweep: reads the test images once, for all of its classifiers; α is chosen by the validation scores alone.
 *
 * @throws UsageError if a classifier is missing in the store.
 */
export async function reportSweep({
  points,
  sweep,
  selectBy = "balancedAccuracy",
  resamples,
}: ReportSweepOptions): Promise<SweepSummary> {
  const scope = "reportSweep";
  const { real, classes, split, groups, store } = sweep;
  expect(points.length > 0, scope, "the sweep has no point. Run sweepMixRatios first.");
  expect(store, scope, "the sweep had no store, so its classifiers are gone. Give it one: memoryStore(), or a folder.");
  const part = split.part("test");
  const images = await openSource(scope, selectImages(real, part), classes.length).images(part.map((_, i) => i)); // once, for all
  const test = openSource(
    scope,
    { imageShape: real.imageShape, labels: part.map((i) => real.labels?.[i] ?? -1), images },
    classes.length,
  );
  const answers = new Map<string, Predictions>();
  for (const { key } of points) {
    const classifier = await unpackClassifier((name) => store.read(`${key}-${name}`), backboneOf(sweep));
    try {
      answers.set(key, (await predictAll([classifier], test, 64))[0]);
    } finally {
      classifier.dispose();
    }
  }
  const options = {
    classes,
    ...(groups ? { groups: part.map((i) => groups[i]) } : {}),
    ...(resamples ? { resamples } : {}),
  };
  const answersOf = (members: readonly SweepPoint[]) => members.map(({ key }) => answers.get(key) as Predictions); // set above
  const cells = group(points);
  const baseOf = ({ arm, dataShare }: SweepPoint) =>
    hasGenerated(arm) ? cells.find(([first]) => first.arm === baseArm(arm) && first.dataShare === dataShare) : undefined;
  const rows = cells.map((members): SweepRow => {
    const [{ arm, alpha, dataShare, numReal, numSynthetic }] = members;
    const own = answersOf(members);
    const base = baseOf(members[0]);
    const compared = base && compareRuns(answersOf(base), own, options);
    return {
      ...{ arm, alpha, dataShare, numReal, numSynthetic },
      seeds: members.map(({ seed }) => seed),
      validation: meanValidation(members),
      test: compared?.second ?? classificationReport(own, options),
      deviation: deviationOf(own),
      ...(compared
        ? { against: baseArm(arm), difference: compared.difference, seedDifferences: bySeed(members, base, answersOf) }
        : {}),
    };
  });
  const isFirstOfArm = ({ arm, dataShare }: SweepRow, i: number) =>
    hasGenerated(arm) && rows.findIndex((row) => row.arm === arm && row.dataShare === dataShare) === i;
  const choices = rows.filter(isFirstOfArm).map(({ arm, dataShare }): SweepChoice => {
    const isOwn = (row: SweepRow) => row.arm === arm || (row.arm === baseArm(arm) && gridOf(sweep).alphas.includes(0));
    const candidates = rows.filter((row) => row.dataShare === dataShare && isOwn(row)).sort((a, b) => a.alpha - b.alpha);
    const { alpha, difference, seedDifferences } = candidates.reduce((a, b) =>
      isBetter(b.validation, a.validation, selectBy) ? b : a,
    );
    const hasBase = rows.some((row) => row.arm === baseArm(arm) && row.dataShare === dataShare);
    return {
      ...{ arm, dataShare, alpha },
      ...(hasBase ? { against: baseArm(arm) } : {}),
      ...(difference && seedDifferences ? { difference, seedDifferences } : {}),
    };
  });
  return { classes, rows, choices, selectedBy: selectBy, numTest: part.length };
}

const backboneOf = ({ training }: SweepOptions) => (typeof training?.backbone === "object" ? training.backbone : undefined);

/** The arm that is like this one but for the generated images. */
const baseArm = (arm: SweepArm): SweepArm => (hasClassical(arm) ? "classical" : "none");

/** Accuracy − the base's accuracy, for every seed that both have. */
function bySeed(
  members: readonly SweepPoint[],
  base: readonly SweepPoint[],
  answersOf: (points: readonly SweepPoint[]) => readonly Predictions[],
): number[] {
  const accuracyOf = (point: SweepPoint): number => createScorer(answersOf([point])[0])().overall.accuracy;
  return members.flatMap((point) => {
    const other = base.find(({ seed }) => seed === point.seed);
    return other ? [accuracyOf(point) - accuracyOf(other)] : [];
  });
}

/** Sample standard deviation (n − 1) of each score over the runs. */
function deviationOf(runs: readonly Predictions[]): SweepRow["deviation"] {
  const all = runs.map((run) => createScorer(run)().overall);
  return record(scoreNames, (name) => {
    const mean = all.reduce((sum, scores) => sum + scores[name], 0) / all.length;
    const variance = all.reduce((sum, scores) => sum + (scores[name] - mean) ** 2, 0) / (all.length - 1);
    return Number.isFinite(variance) ? Math.sqrt(variance) : null;
  });
}

/** Points that differ in the seed only, together. */
function group(points: readonly SweepPoint[]): (readonly SweepPoint[])[] {
  const cells = new Map<string, SweepPoint[]>();
  for (const point of points) {
    const name = JSON.stringify([point.dataShare, point.arm, point.alpha]);
    cells.set(name, [...(cells.get(name) ?? []), point]);
  }
  return [...cells.values()];
}

function meanValidation(members: readonly SweepPoint[]): ValidationScores {
  const mean = (name: keyof ValidationScores) => members.reduce((sum, point) => sum + point.validation[name], 0) / members.length;
  return { loss: mean("loss"), accuracy: mean("accuracy"), balancedAccuracy: mean("balancedAccuracy") };
}

const isBetter = (a: ValidationScores, b: ValidationScores, by: keyof ValidationScores): boolean =>
  by === "loss" ? a.loss < b.loss : a[by] > b[by];
