import { join } from "node:path";
import { type ClassifierReport, mixDatasets } from "classifier-eval";
import { openDatasetZipFile } from "dataset-zip/node";
import { checkOptions, createRng, expect, listKnown } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import { type BackendName, ready } from "tfjs-train";
import type { LabHooks } from "../facts.ts";
import { type CheckpointChoice, chooseCheckpoint, loadGenerator } from "../generate/load-generator.ts";
import { CLASSIFICATION } from "../report/collect-report.ts";
import type { ClassificationReport, ClassifierOutcome, Share } from "../report/report-data.ts";
import { type RunOptionsFile, readOptionsFile } from "../run-folder/options-file.ts";
import { splitTrainTest } from "../run-folder/training-data.ts";
import { runArm } from "./classifier-arm.ts";

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

/**
 * Do generated images help? Trains a classifier on real images, and on the same with generated ones added to the classes that
 * have a generator; judges both on the held-out real images, which neither generator nor classifier has seen.
 *
 * @throws UsageError if the runs do not share dataset and split, held nothing back, or there are fewer than two classes.
 */
export async function classifyRuns(options: ClassifyRunsOptions, hooks: LabHooks = {}): Promise<ClassificationReport> {
  checkOptions("classifyRuns", options, KNOWN);
  const { runs, ratio = 1, seeds = [0, 1, 2], out = options.runs[0] } = options;
  const { onFact, signal } = hooks;
  expect(runs.length > 0, "classify", "give at least one run folder.");
  expect(ratio > 0, "classify", `the ratio must be above 0; got ${ratio}.`);
  const described = await Promise.all(runs.map(readOptionsFile));
  const [first] = described;
  checkShared(runs, described);
  await ready({ backend: (options.backend ?? first.training.backend) as BackendName | "auto" }); // `ready` checks the name
  const dataset = await openDatasetZipFile(first.data.path);
  try {
    const { labels, groups, imageShape } = dataset;
    const classes = options.classes ?? dataset.classes;
    for (const name of classes)
      expect(dataset.classes.includes(name), "classify", () => `no class "${name}"; ${listKnown(name, dataset.classes)}`);
    expect(labels && classes.length >= 2, "classify", `at least 2 classes are needed; the dataset has ${classes.length}.`);
    const labelOf = (i: number): number => classes.indexOf(dataset.classes[labels[i]]);
    const split = splitTrainTest(dataset, first.training);
    const [train, test] = [split.train, split.heldOut].map((part) => part.filter((i) => labelOf(i) >= 0));
    const real = { images: await dataset.images(train), labels: Int32Array.from(train, labelOf), imageShape };
    const counts = classes.map((name, k) => {
      const hasGenerator = described.some(({ data }) => data.class === name);
      return hasGenerator ? Math.max(1, Math.round(ratio * real.labels.filter((label) => label === k).length)) : 0;
    });
    const synthetic = await drawSynthetic({ runs, described, classes, counts, imageShape }, options.checkpoint, hooks);
    const mixed = mixDatasets({ real, synthetic, numClasses: classes.length, counts, rng: createRng(0).fork("mix") }).data;
    const shared = {
      test: {
        images: await dataset.images(test),
        labels: Int32Array.from(test, labelOf),
        ...(groups ? { groups: test.map((i) => groups[i]) } : {}),
      },
      imageShape,
      classes,
      seeds,
      ...(signal ? { signal } : {}),
    };
    const steps =
      options.seconds === undefined ? (options.steps ?? 600) : await affordableSteps(options, { ...shared, train: mixed });
    let done = 0;
    const total = 2 * seeds.length * steps;
    const onStep = (): void =>
      void onFact?.({ kind: "progress", part: "Classifying", unit: "step", done: ++done, total, fraction: done / total });
    const realOnly = await runArm({ ...shared, train: real, steps, onStep });
    const withGenerated = await runArm({ ...shared, train: mixed, steps, onStep });
    const numGenerated = counts.reduce((sum, count) => sum + count, 0);
    const augmented = classes.filter((_, k) => counts[k] > 0);
    const report: ClassificationReport = {
      classes,
      realOnly: outcome(realOnly, train.length, 0),
      withGenerated: outcome(withGenerated, train.length, numGenerated),
      numTest: test.length,
      sentence: sentenceOf({ augmented, classes, counts, seeds, steps, groups }),
    };
    await writeFileAtomic(join(out, CLASSIFICATION), `${JSON.stringify(report, null, 2)}\n`);
    return report;
  } finally {
    await dataset.close();
  }
}

function checkShared(runs: readonly string[], described: readonly RunOptionsFile[]): void {
  const [first] = described;
  for (const [i, { data, training }] of described.entries()) {
    const isShared =
      data.digest === first.data.digest &&
      training.seed === first.training.seed &&
      training.testFraction === first.training.testFraction;
    expect(
      isShared,
      "classify",
      `${runs[i]} and ${runs[0]} differ in dataset, seed or held-out share, so their splits differ. Train them alike.`,
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
    first.training.testFraction > 0,
    "classify",
    `${runs[0]} held no images back, so there are none to judge a classifier by. Train with --test-fraction 0.25.`,
  );
}

interface SyntheticOptions {
  readonly runs: readonly string[];
  readonly described: readonly RunOptionsFile[];
  readonly classes: readonly string[];
  readonly counts: readonly number[];
  readonly imageShape: readonly [number, number, number];
}

/** Images of every generator, seeds from 0, with the label of its class. */
async function drawSynthetic(
  { runs, described, classes, counts, imageShape }: SyntheticOptions,
  checkpoint: CheckpointChoice | undefined,
  { onFact }: LabHooks,
): Promise<{ images: Uint8Array; labels: Int32Array; imageShape: readonly [number, number, number] }> {
  const images: Uint8Array[] = [];
  const labels: number[] = [];
  for (const [i, run] of runs.entries()) {
    const label = classes.indexOf(described[i].data.class ?? "");
    expect(label >= 0, "classify", `${run} is of class "${described[i].data.class}", which is not among ${classes.join(", ")}.`);
    onFact?.({ kind: "progress", part: `Generating ${described[i].data.class}` });
    const generator = await loadGenerator(await chooseCheckpoint(run, checkpoint));
    try {
      images.push(await generator.generate(Array.from({ length: counts[label] }, (_, seed) => seed)));
    } finally {
      generator.dispose();
    }
    labels.push(...new Array<number>(counts[label]).fill(label));
  }
  return { images: Buffer.concat(images), labels: Int32Array.from(labels), imageShape };
}

/** Steps a training that all trainings together can take in the seconds given, by the speed of a few. */
async function affordableSteps(
  { seconds = 60, seeds = [0, 1, 2] }: ClassifyRunsOptions,
  arm: Omit<Parameters<typeof runArm>[0], "steps" | "onStep">,
): Promise<number> {
  const times: number[] = [];
  await runArm({ ...arm, seeds: [0], steps: TIMED_STEPS, onStep: () => times.push(performance.now()) });
  const perStep = (times[TIMED_STEPS - 1] - times[1]) / (TIMED_STEPS - 2) / 1000; // the first step warms up
  return Math.max(FEWEST_STEPS, Math.min(600, Math.floor(seconds / (2 * seeds.length * perStep))));
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
  readonly augmented: readonly string[];
  readonly classes: readonly string[];
  readonly counts: readonly number[];
  readonly seeds: readonly number[];
  readonly steps: number;
  readonly groups: readonly string[] | null;
}

function sentenceOf({ augmented, classes, counts, seeds, steps, groups }: SentenceParts): string {
  const who =
    augmented.length === classes.length
      ? "every class"
      : `only ${augmented.join(", ")}: the other classes have no generator in this run`;
  return (
    `Generated images were added to ${who} (${classes.map((name, k) => `${name} ${counts[k]}`).join(", ")}). ` +
    `Each side was trained ${seeds.length} time${seeds.length === 1 ? "" : "s"} with ${steps} steps; scores are means, and the matrices count all trainings. ` +
    `Real images were split ${groups ? "by group, so that no patient or lesion is on both sides" : "at random (no groups are known)"}; the intervals are from 1000 bootstrap samples of the test ${groups ? "groups" : "images"}.`
  );
}
