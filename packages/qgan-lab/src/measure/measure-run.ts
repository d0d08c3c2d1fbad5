import { basename } from "node:path";
import type { ImageArray } from "fid-metrics";
import { generate, restoreModel } from "qgan-core";
import { loadCheckpoint } from "qgan-core/node";
import { checkOptions, expect } from "repro-kit";
import { type BackendName, disposeParams, ready } from "tfjs-train";
import type { LabHooks } from "../facts.ts";
import { formatSeeds } from "../generate/format-seeds.ts";
import { type CheckpointChoice, chooseCheckpoint } from "../generate/load-generator.ts";
import type { ScoreLine } from "../report/report-data.ts";
import { readOptionsFile } from "../run-folder/options-file.ts";
import { appendScore } from "../run-folder/run-log.ts";
import { openRunData, type TrainingData } from "../run-folder/training-data.ts";
import { spreadOver } from "../train/watch/watch.ts";
import { createScorer, type Scorer, type TapFeatures } from "./scorer.ts";

export interface MeasureRunOptions {
  readonly run: string;
  /** Default "latest". */
  readonly checkpoint?: CheckpointChoice;
  /** Images on each side; fewer where there are not so many real ones. Default 200. */
  readonly images?: number;
  /** Inception weights, a .safetensors or .pth file. Default: the cache, or fetched once. */
  readonly inception?: string;
  readonly allowDownload?: boolean;
  /**
   * Also measures other real images against the real ones: what a perfect generator would reach. "cached": only where their
   * features are there already. Default true.
   */
  readonly withFloor?: boolean | "cached";
  /** Default: the run's. */
  readonly backend?: string;
  /** Fewer images, so that it takes about this long; as many as asked for where their real side is cached. */
  readonly seconds?: number;
}

export interface MeasureRunResult {
  readonly step: number;
  readonly scores: readonly ScoreLine[];
  /** What the best snapshot is chosen by. */
  readonly mainMetric: string;
  /** Why FID is left out and how to get it. */
  readonly missing?: string;
}

const KNOWN = ["run", "checkpoint", "images", "inception", "allowDownload", "withFloor", "backend", "seconds"];

/**
 * FID and KID of a run's checkpoint against its training images, added to the run's metric-*.jsonl. Generated images are those
 * of seeds 0 to `images` − 1; real ones the first of the training part. Without Inception weights the distances of a random
 * network stand in, under names of their own.
 */
export async function measureRun(options: MeasureRunOptions, hooks: LabHooks = {}): Promise<MeasureRunResult> {
  checkOptions("measureRun", options, KNOWN);
  const { run, images: wanted = 200, withFloor = true } = options;
  expect(Number.isInteger(wanted) && wanted >= 2, "metrics", `at least 2 images are needed; got ${wanted}.`);
  const runOptions = await readOptionsFile(run);
  const folder = await chooseCheckpoint(run, options.checkpoint);
  const { training } = runOptions;
  const data = await openRunData(runOptions);
  try {
    const scorer = await createScorer(options, hooks);
    try {
      await ready({ backend: (options.backend ?? training.backend) as BackendName | "auto" }); // `ready` checks the name
      const most = Math.min(wanted, data.train.length);
      const count =
        options.seconds === undefined ? most : await affordableCount(scorer, data, { most, seconds: options.seconds });
      const scores = await scoreCheckpoint({ scorer, data, folder, count, withFloor }, hooks);
      for (const line of scores) {
        appendScore(run, line);
        hooks.onFact?.({ kind: "score", ...line });
      }
      const { mainMetric, missing } = scorer;
      return { step: scores[0].step, scores, mainMetric, ...(missing === undefined ? {} : { missing }) };
    } finally {
      scorer.dispose();
    }
  } finally {
    await data.dataset.close();
  }
}

const FEWEST_IMAGES = 8;
const TIMED_IMAGES = 4;

/** Images on each side that can be looked at in the seconds given, by the time that a few take now. */
async function affordableCount(
  scorer: Scorer,
  { dataset, train }: TrainingData,
  { most, seconds }: { readonly most: number; readonly seconds: number },
): Promise<number> {
  if (await scorer.cachedFeatures(contentOf(dataset, train.slice(0, most)))) return most;
  const few = imageArray(await dataset.images(train.slice(0, TIMED_IMAGES)), dataset.imageShape);
  await scorer.features(few, {}, "nothing"); // warms up
  const began = performance.now();
  await scorer.features(few, {}, "nothing");
  const secondsPerImage = (performance.now() - began) / 1000 / few.count;
  return Math.max(Math.min(FEWEST_IMAGES, most), Math.min(most, Math.floor(seconds / (2 * secondsPerImage))));
}

interface ScoreCheckpointOptions {
  readonly scorer: Scorer;
  readonly data: TrainingData;
  /** The checkpoint's. */
  readonly folder: string;
  readonly count: number;
  readonly withFloor: boolean | "cached";
}

async function scoreCheckpoint(
  { scorer, data, folder, count, withFloor }: ScoreCheckpointOptions,
  hooks: LabHooks,
): Promise<ScoreLine[]> {
  const { step, images, ...state } = await loadCheckpoint(folder);
  const { model, params } = restoreModel(state);
  // A conditional model is asked for the classes of the real images, which then must be of all classes.
  const isConditional = (model.generator.labelSize ?? 0) > 0;
  const chosen = isConditional ? spreadOver(data.train, count) : data.train.slice(0, count);
  try {
    const real = await realSide(scorer, data, chosen, hooks);
    const isTaken = new Set(chosen);
    const unused = [...data.heldOut, ...data.train.filter((index) => !isTaken.has(index))];
    const others = isConditional ? spreadOver(unused, count) : unused.slice(0, count);
    const floor = withFloor
      ? await floorOf({ scorer, data, real, count, others, onlyCached: withFloor === "cached" }, hooks)
      : {};
    const seeds = Array.from({ length: count }, (_, seed) => seed);
    const labels = isConditional ? { labels: chosen.map((index) => data.dataset.labels?.[index] ?? 0) } : {};
    const pixels = await generate(model, params, seeds, labels);
    const generated = await scorer.features(imageArray(pixels, data.dataset.imageShape), hooks, "generated images");
    return (await scorer.compare(real, generated)).map((line): ScoreLine => {
      const protocol = { ...line.protocol, seeds: formatSeeds(seeds), checkpoint: basename(folder), dataset: data.name };
      const realValue = floor[line.metric];
      return { step, images, ...line, protocol, ...(realValue === undefined ? {} : { realValue }) };
    });
  } finally {
    disposeParams(params);
  }
}

function realSide(scorer: Scorer, { dataset }: TrainingData, indices: readonly number[], hooks: LabHooks): Promise<TapFeatures> {
  const read = async () => imageArray(await dataset.images(indices), dataset.imageShape);
  return scorer.realFeatures(contentOf(dataset, indices), read, hooks);
}

/** What tells a choice of real images apart in the cache. */
const contentOf = ({ digest }: TrainingData["dataset"], indices: readonly number[]): string => `${digest} [${indices.join(",")}]`;

interface FloorOptions extends Pick<ScoreCheckpointOptions, "scorer" | "data" | "count"> {
  readonly real: TapFeatures;
  /** Real images that `real` does not hold. */
  readonly others: readonly number[];
  readonly onlyCached: boolean;
}

/** The same measures between the real images and others of the class that they do not hold; none where there are too few. */
async function floorOf(
  { scorer, data, real, count, others, onlyCached }: FloorOptions,
  hooks: LabHooks,
): Promise<Record<string, number>> {
  if (others.length < count) return {};
  const features = onlyCached
    ? await scorer.cachedFeatures(contentOf(data.dataset, others))
    : await realSide(scorer, data, others, hooks);
  if (!features) return {};
  return Object.fromEntries((await scorer.compare(real, features)).map(({ metric, value }) => [metric, value]));
}

function imageArray(data: Uint8Array, [height, width, channels]: readonly [number, number, number]): ImageArray {
  return { data, count: data.length / (height * width * channels), height, width, channels };
}
