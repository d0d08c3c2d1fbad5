import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { SKIN_LESION_CLASSES } from "dataset-zip";
import { keepBest } from "qgan-core/node";
import { checkOptions, expect, listKnown } from "repro-kit";
import type { MakeDatasetResult, makeDataset } from "../dataset/make-dataset.ts";
import type { LabHooks } from "../facts.ts";
import type { ScoreLine } from "../report/report-data.ts";
import { writeReport } from "../report/write-report.ts";
import { createRunFolder } from "../run-folder/create-run-folder.ts";
import { addRemark, addTime } from "../run-folder/remarks.ts";
import { writeRunCard } from "../run-folder/run-card.ts";
import { trainRun } from "../train/train-run.ts";
import { runInWorker } from "../worker/run-in-worker.ts";
import { affordableImages, shareOut } from "./demo-plan.ts";
import { shareOneLine } from "./one-line.ts";

export interface RunDemoOptions {
  /** Minutes in all. Default 5. */
  readonly minutes?: number;
  /** A folder, zip or table of images. Default: phantom lesions are drawn. */
  readonly data?: string;
  readonly labels?: string;
  /** Classes that get a generator. Default: the first of the data. With `data`, only these are read. */
  readonly classes?: readonly string[];
  /** Column of the table with what must not be split (patient, lesion). */
  readonly group?: string;
  /** Folder in which the demo's numbered folder is made. Default "demo". */
  readonly out?: string;
  readonly inception?: string;
  readonly allowDownload?: boolean;
  /** Default "wasm". */
  readonly backend?: "auto" | "tensorflow" | "wasm" | "cpu";
  readonly seed?: number;
}

export interface RunDemoResult {
  readonly folder: string;
  readonly report: string;
  readonly runs: readonly string[];
  readonly scores: readonly ScoreLine[];
}

const KNOWN = ["minutes", "data", "labels", "classes", "group", "out", "inception", "allowDownload", "backend", "seed"];
/** What the preset "demo32" is made for. */
const SIZE = 32;
const PHANTOMS = 900;
const TEST_FRACTION = 0.25;
const SHOWN_IMAGES = 48;
/** Seconds that a training takes to begin, before its own minutes count. */
const BEGIN_SECONDS = 3;
const SHORTEST_TRAINING_SECONDS = 5;
const LEAST_CLASSIFYING_SECONDS = 3;

/**
 * Everything once, in a few minutes: images, training, samples, scores, a classifier with and without generated images, and the
 * report that shows it all.
 *
 * @throws UsageError as the parts do; nothing is trained then.
 */
export async function runDemo(options: RunDemoOptions = {}, hooks: LabHooks = {}): Promise<RunDemoResult> {
  checkOptions("runDemo", options, KNOWN);
  const { minutes = 5, out = "demo", backend = "wasm", seed = 0 } = options;
  expect(Number.isFinite(minutes) && minutes > 0, "demo", `minutes must be above 0; got ${minutes}.`);
  expect(
    options.data !== undefined || (options.labels === undefined && options.group === undefined),
    "demo",
    "labels and group belong to --data; give it too.",
  );
  for (const name of options.data === undefined ? (options.classes ?? []) : [])
    expect(
      SKIN_LESION_CLASSES.includes(name),
      "demo",
      () => `the phantoms have no class "${name}"; ${listKnown(name, SKIN_LESION_CLASSES)}`,
    );
  const began = performance.now();
  const elapsed = (): number => (performance.now() - began) / 1000;
  const budget = shareOut(minutes);
  const folder = await createRunFolder(
    out,
    `demo-${options.data === undefined ? "phantoms" : basename(options.data).replace(/\.zip$/, "")}`,
  );
  const scorerOptions = {
    ...(options.inception === undefined ? {} : { inception: options.inception }),
    ...(options.allowDownload === undefined ? {} : { allowDownload: options.allowDownload }),
  };
  let dataset: MakeDatasetResult;
  let probe: Awaited<ReturnType<typeof runInWorker<"probe">>>;
  try {
    [dataset, probe] = await Promise.all([
      runInWorker("dataset", datasetOptions(options, folder), hooks),
      runInWorker("probe", { ...scorerOptions, imageShape: [SIZE, SIZE, 3], backend }, hooks),
    ]);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  addTime(folder, { part: "Preparing the images", seconds: elapsed() });
  if (dataset.isPhantom)
    addRemark(
      folder,
      "The training images are phantoms that this program drew. Give photographs with --data to see a generator learn from them.",
    );
  if (probe.missing !== undefined) addRemark(folder, probe.missing);
  addRemark(
    folder,
    `A demo of ${minutes} minute${minutes === 1 ? "" : "s"}: a real run takes hours, more images, and 64×64 pixels or more (\`qgan train --help\`).`,
  );
  const labels = generatorLabels(options, dataset);
  const images = affordableImages(probe.secondsPerImage, budget, labels.length);

  const runs: string[] = [];
  for (const [i, label] of labels.entries()) {
    const seconds = (budget.trainingEnds - elapsed()) / (labels.length - i) - BEGIN_SECONDS;
    const { run } = await trainRun(
      {
        data: dataset.path,
        out: folder,
        preset: "demo32",
        modelOptions: { channels: dataset.imageShape[2] },
        ...(label === undefined ? {} : { class: label }),
        minutes: Math.max(SHORTEST_TRAINING_SECONDS, seconds) / 60,
        testFraction: TEST_FRACTION,
        snapshots: 12,
        backend,
        seed,
        metricImages: images,
        scoreLast: false,
        ...scorerOptions,
      },
      hooks,
    );
    runs.push(run);
    if (hooks.signal?.aborted) break;
  }
  const numClasses = dataset.classes.length;
  const classifySeconds = Math.min(budget.classifying, 0.8 * (minutes * 60 - elapsed()));
  const scores: ScoreLine[] = [];
  try {
    if (!hooks.signal?.aborted)
      scores.push(
        ...(await finish(
          { folder, runs, numClasses, images, scorerOptions, classifySeconds, measureSeconds: budget.measuring },
          hooks,
        )),
      );
  } catch (error) {
    if (!hooks.signal?.aborted) throw error; // a stop: the report shows what there is
  }
  const beforeReport = elapsed();
  const report = await writeReport({ folder });
  addTime(folder, { part: "Report", seconds: elapsed() - beforeReport });
  return { folder, report, runs, scores };
}

interface FinishOptions {
  readonly folder: string;
  readonly runs: readonly string[];
  readonly numClasses: number;
  readonly images: number;
  readonly scorerOptions: { readonly inception?: string; readonly allowDownload?: boolean };
  readonly classifySeconds: number;
  readonly measureSeconds: number;
}

/** After the training: scores of the last snapshots, and beside them the classification; then the generated sets. */
async function finish(
  { folder, runs, numClasses, images, scorerOptions, classifySeconds, measureSeconds }: FinishOptions,
  hooks: LabHooks,
): Promise<ScoreLine[]> {
  const scores: ScoreLine[] = [];
  const timed = async (part: string, work: () => Promise<void>): Promise<void> => {
    const began = performance.now();
    await work();
    addTime(folder, { part, seconds: (performance.now() - began) / 1000 });
  };
  const line = shareOneLine(hooks);
  const measureAll = async (): Promise<void> => {
    for (const run of runs) {
      const {
        scores: lines,
        mainMetric,
        step,
      } = await runInWorker(
        "measure",
        { run, images, withFloor: "cached", seconds: measureSeconds / runs.length, ...scorerOptions },
        line.first,
      );
      const main = lines.find(({ metric }) => metric === mainMetric);
      if (main) await keepBest(run, { step, metric: main.metric, value: main.value, better: "lower" });
      scores.push(...lines);
      await writeRunCard(run);
    }
    line.firstEnded();
  };
  const classify = async (): Promise<void> => {
    if (numClasses < 2) return addRemark(folder, "No classification: it takes images of at least two classes.");
    await runInWorker(
      "classify",
      { runs, out: folder, seconds: Math.max(LEAST_CLASSIFYING_SECONDS, classifySeconds) },
      line.second,
    );
  };
  await Promise.all([timed("FID and KID", measureAll), timed("Classification (beside FID and KID)", classify)]);
  for (const run of runs) {
    const seeds = Array.from({ length: SHOWN_IMAGES }, (_, i) => i);
    await runInWorker("generate", { run, seeds, out: join(folder, `generated-${basename(run).slice(6)}`) }, hooks);
  }
  return scores;
}

function datasetOptions(
  { data, labels, classes, group, seed = 0 }: RunDemoOptions,
  folder: string,
): Parameters<typeof makeDataset>[0] {
  const out = join(folder, "data.zip");
  if (data === undefined) return { out, count: PHANTOMS, size: SIZE, seed };
  return {
    source: data,
    out,
    size: SIZE,
    channels: 3,
    ...(labels === undefined ? {} : { labels }),
    ...(classes === undefined ? {} : { classes }),
    ...(group === undefined ? {} : { group }),
  };
}

/** The classes that get a generator; undefined stands for all images together. */
function generatorLabels({ classes }: RunDemoOptions, dataset: MakeDatasetResult): readonly (string | undefined)[] {
  if (dataset.classes.length === 0) return [undefined];
  return classes ?? [dataset.classes[0].name];
}
