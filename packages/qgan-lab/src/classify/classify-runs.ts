import { join } from "node:path";
import { type ClassifierReport, checkProvenance, mixDatasets } from "classifier-eval";
import type { DatasetZip } from "dataset-zip";
import { openDatasetZipFile } from "dataset-zip/node";
import { checkOptions, createRng, expect } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import { type BackendName, ready } from "tfjs-train";
import type { LabHooks } from "../facts.ts";
import type { CheckpointChoice } from "../generate/load-generator.ts";
import { CLASSIFICATION } from "../report/collect-report.ts";
import type { ClassificationReport, ClassifierOutcome, Share } from "../report/report-data.ts";
import { type RunOptionsFile, readOptionsFile } from "../run-folder/options-file.ts";
import { splitTrainTest } from "../run-folder/training-data.ts";
import { runArm } from "./classifier-arm.ts";
import { drawSynthetic, readClassifierData } from "./classifier-data.ts";
import { unknownNote } from "./generated-images.ts";
import { learnedImages } from "./learned-images.ts";

export interface ClassifyRunsOptions {
  /** Runs of generators, one a class; begun with one dataset, seed and held-out share. */
  readonly runs: readonly string[];
  /** Default "latest". */
  readonly checkpoint?: CheckpointChoice;
  /** Generated images for each real one of their class. Default 1. */
  readonly ratio?: number;
  /** Classes to tell apart. Default: all of the dataset. */
  readonly classes?: readonly string[];
  /** Seeds of the classifiers: each arm is trained once a seed. Default 0, 1, 2. */
  readonly seeds?: readonly number[];
  /** Steps of each training, of 32 images. Default 600. */
  readonly steps?: number;
  /** Fewer steps, so that all takes about this long. */
  readonly seconds?: number;
  /** Folder of classification.json. Default: the first run's. */
  readonly out?: string;
  /** Default: the first run's. */
  readonly backend?: string;
}

const KNOWN = ["runs", "checkpoint", "ratio", "classes", "seeds", "steps", "seconds", "out", "backend"];
/** Steps that are timed before the number of steps is set from `seconds`. */
const TIMED_STEPS = 6;
const FEWEST_STEPS = 20;
const MOST_STEPS = 600;
/** Below this many steps a second seed is worth less than more steps. */
const GOOD_STEPS = 80;

/**
 * Do generated images help? Trains a classifier on real images, and on the same with generated ones added to the classes that
 * have a generator; judges both on the held-out real images, which neither generator nor classifier has seen.
 *
 * @throws UsageError if the runs do not share dataset and split, held nothing back, or there are fewer than two classes.
 */
export async function classifyRuns(options: ClassifyRunsOptions, hooks: LabHooks = {}): Promise<ClassificationReport> {
  checkOptions("classifyRuns", options, KNOWN);
  const { runs, ratio = 1, seeds: wantedSeeds = [0, 1, 2], out = options.runs[0] } = options;
  const { onFact, signal } = hooks;
  expect(runs.length > 0, "classify", "give at least one run folder.");
  expect(ratio > 0, "classify", `the ratio must be above 0; got ${ratio}.`);
  const described = await Promise.all(runs.map(readOptionsFile));
  const [first] = described;
  checkShared(runs, described);
  await ready({ backend: (options.backend ?? first.training.backend) as BackendName | "auto" }); // `ready` checks the name
  const dataset = await openDatasetZipFile(first.data.path);
  try {
    expect(
      dataset.digest === first.data.digest,
      "classify",
      `${first.data.path} has changed since the runs began. Put the old one back.`,
    );
    const data = await readClassifierData(dataset, {
      ...first.training,
      split: first.training.split?.name,
      classes: options.classes ?? dataset.classes,
    });
    const { classes, real, test } = data;
    await checkGenerators(runs, described, dataset, hooks);
    const counts = classes.map((name, k) => {
      const hasGenerator = described.some((run) => run.data.class === name);
      return hasGenerator ? Math.max(1, Math.round(ratio * real.labels.filter((label) => label === k).length)) : 0;
    });
    const synthetic = await drawSynthetic(
      { runs, described, classes, counts, imageShape: dataset.imageShape },
      options.checkpoint,
      hooks,
    );
    const mixed = mixDatasets({ real, synthetic, numClasses: classes.length, counts, rng: createRng(0).fork("mix") }).data;
    const shared = { test, imageShape: dataset.imageShape, classes, ...(signal ? { signal } : {}) };
    const { seeds, steps } =
      options.seconds === undefined
        ? { seeds: wantedSeeds, steps: options.steps ?? MOST_STEPS }
        : await affordable({ seconds: options.seconds, seeds: wantedSeeds }, { ...shared, train: mixed });
    let done = 0;
    const total = 2 * seeds.length * steps;
    const onStep = (): void =>
      void onFact?.({ kind: "progress", part: "Classifying", unit: "step", done: ++done, total, fraction: done / total });
    const realOnly = await runArm({ ...shared, train: real, seeds, steps, onStep });
    const withGenerated = await runArm({ ...shared, train: mixed, seeds, steps, onStep });
    const report: ClassificationReport = {
      classes,
      realOnly: outcome(realOnly, real.labels.length, 0),
      withGenerated: outcome(withGenerated, real.labels.length, synthetic.labels.length),
      numTest: test.labels.length,
      sentence: sentenceOf({ classes, counts, seeds, steps, hasGroups: test.groups !== undefined }),
    };
    await writeFileAtomic(join(out, CLASSIFICATION), `${JSON.stringify(report, null, 2)}\n`);
    return report;
  } finally {
    await dataset.close();
  }
}

/** @throws UsageError if a generator learned from images outside the training part, or what it learned from is not known. */
async function checkGenerators(
  runs: readonly string[],
  described: readonly RunOptionsFile[],
  dataset: DatasetZip,
  { onFact }: LabHooks,
): Promise<void> {
  const [{ data, training }] = described;
  const learned = await Promise.all(runs.map((run) => learnedImages(run, { path: data.path, digest: dataset.digest })));
  const provenance = runs.map((run, i) => {
    const { trainedOn, unknown } = learned[i];
    if (unknown.length > 0) onFact?.({ kind: "note", text: unknownNote(run, unknown) });
    return { model: described[i].model.name, checkpoint: run, seeds: "", trainedOn };
  });
  checkProvenance("classify", provenance, splitTrainTest(dataset, { ...training, split: training.split?.name }).train);
}

function checkShared(runs: readonly string[], described: readonly RunOptionsFile[]): void {
  const [first] = described;
  for (const [i, { data, training }] of described.entries()) {
    const isShared =
      data.digest === first.data.digest &&
      training.seed === first.training.seed &&
      training.split?.digest === first.training.split?.digest &&
      training.testFraction === first.training.testFraction;
    expect(
      isShared,
      "classify",
      `${runs[i]} and ${runs[0]} differ in dataset, seed, split or held-out share, so their splits differ. Train them alike.`,
    );
    expect(
      data.class !== undefined,
      "classify",
      `${runs[i]} learned all classes together; a classifier needs a generator of one class. Train with --class.`,
    );
    expect(
      described.findIndex((other) => other.data.class === data.class) === i,
      "classify",
      `two runs are of class "${data.class}". Give one run a class.`,
    );
  }
  expect(
    first.training.testFraction > 0 || first.training.split !== undefined,
    "classify",
    `${runs[0]} held no images back, so there are none to judge a classifier by. Train with --test-fraction 0.25, or split the dataset.`,
  );
}

/** Seeds and steps that fit into the seconds given, by the speed of a few steps: fewer seeds before too few steps. */
async function affordable(
  { seconds, seeds }: { readonly seconds: number; readonly seeds: readonly number[] },
  arm: Omit<Parameters<typeof runArm>[0], "seeds" | "steps" | "onStep">,
): Promise<{ readonly seeds: readonly number[]; readonly steps: number }> {
  const times: number[] = [];
  await runArm({ ...arm, seeds: [0], steps: TIMED_STEPS, onStep: () => times.push(performance.now()) });
  const perStep = (times[TIMED_STEPS - 1] - times[1]) / (TIMED_STEPS - 2) / 1000; // the first step warms up
  const stepsAnArm = seconds / perStep / 2;
  const numSeeds = Math.max(1, Math.min(seeds.length, Math.floor(stepsAnArm / GOOD_STEPS)));
  const steps = Math.max(FEWEST_STEPS, Math.min(MOST_STEPS, Math.floor(stepsAnArm / numSeeds)));
  return { seeds: seeds.slice(0, numSeeds), steps };
}

function outcome(report: ClassifierReport, numReal: number, numGenerated: number): ClassifierOutcome {
  const share = (name: "accuracy" | "macroPrecision" | "macroRecall"): Share => {
    const value = report[name] ?? Number.NaN;
    const { low, high } = report.intervals[name] ?? { low: value, high: value };
    return { value, low, high };
  };
  return {
    accuracy: share("accuracy"),
    macroPrecision: share("macroPrecision"),
    macroRecall: share("macroRecall"),
    confusion: report.confusion,
    numReal,
    numGenerated,
  };
}

interface SentenceParts {
  readonly classes: readonly string[];
  readonly counts: readonly number[];
  readonly seeds: readonly number[];
  readonly steps: number;
  readonly hasGroups: boolean;
}

function sentenceOf({ classes, counts, seeds, steps, hasGroups }: SentenceParts): string {
  const augmented = classes.filter((_, k) => counts[k] > 0);
  const who =
    augmented.length === classes.length
      ? "every class"
      : `only ${augmented.join(", ")}: the other classes have no generator in this run`;
  return (
    `Generated images were added to ${who} (${classes.map((name, k) => `${name} ${counts[k]}`).join(", ")}). ` +
    `Each side was trained ${seeds.length} time${seeds.length === 1 ? "" : "s"} with ${steps} steps; scores are means, and the matrices count all trainings. ` +
    `Real images were split ${hasGroups ? "by group, so that no patient or lesion is on both sides" : "at random (no groups are known)"}; the intervals are from 1000 bootstrap samples of the test ${hasGroups ? "groups" : "images"}.`
  );
}
