import {
  type Evaluation,
  type EvaluationSide,
  type ExtractionProgress,
  evaluate,
  type FeatureExtractor,
  type FeatureStatistics,
  type Features,
  featureStatistics,
  originOf,
} from "fid-metrics";
import { writeStatisticsFile } from "fid-metrics/node";
import { checkOptions, expect } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import { type BackendName, ready } from "tfjs-train";
import type { LabHooks } from "../facts.ts";
import type { CheckpointChoice } from "../generate/load-generator.ts";
import { createRateMeter } from "../progress/rate.ts";
import { compressPng } from "../run-folder/compress-png.ts";
import { type ImageSet, isStatisticsFile, openImageSet, openStatistics } from "./image-set.ts";
import { type NetworkOptions, openNetwork } from "./measuring-network.ts";
import {
  appendMetricLines,
  checkPresets,
  checkRealLimit,
  type MetricPlan,
  nameValues,
  planMetrics,
  realLimit,
} from "./metric-plan.ts";
import { mirrorSet } from "./mirrored-set.ts";
import { createNeighbourSheet } from "./neighbour-sheet.ts";
import { cachedRealSide } from "./real-side.ts";

/**
 * The network: `mode` is "pytorch-fid" where it is not given, or "torch-fidelity", as the StyleGAN tools', where a preset is asked for;
 * `tap` is the last one that the weights reach.
 */
export interface MeasureSetsOptions extends NetworkOptions {
  /** A dataset zip, a folder of images, or statistics (.npz of this package or of pytorch-fid). */
  readonly real: string;
  /** A dataset zip, a folder of images, statistics, a run folder or a checkpoint. */
  readonly fake: string;
  /** Real images that the generator was not trained on: a zip or folder. */
  readonly heldOut?: string;
  /** Names of metrics, or of the presets of the StyleGAN tools. Default: kid and fid. */
  readonly metrics?: readonly string[];
  /** Most images of each set; of a checkpoint, so many are drawn (default 1000, or the preset's). */
  readonly images?: number;
  readonly checkpoint?: CheckpointChoice;
  /** Resamplings of bootstrap intervals. Default: none. */
  readonly intervals?: number;
  /** A PNG to write: generated images, each beside the real ones nearest to it. */
  readonly neighbours?: string;
  /** A folder to whose metric-<name>.jsonl the results are added, as the StyleGAN tools write them. */
  readonly lines?: string;
  /** An npz to write: statistics of the real images, which pytorch-fid reads too. */
  readonly saveStats?: string;
  /** Adds the mirror image of every real one, for networks that were trained so. Not with the current presets of the StyleGAN tools. */
  readonly mirror?: boolean;
  /** Keeps what is computed of the real images, and takes it from there the next time. Default true. */
  readonly cache?: boolean;
  /** Default: `$XDG_CACHE_HOME` or `~/.cache`, then `qgan/features`. */
  readonly cacheFolder?: string;
  readonly seed?: number;
  readonly backend?: string;
}

export interface MeasureSetsResult extends Evaluation {
  readonly seconds: number;
  /** Why this is not FID and how to get it. */
  readonly missing?: string;
}

const KNOWN = [
  ...["real", "fake", "heldOut", "metrics", "mode", "tap", "images", "checkpoint", "intervals", "neighbours", "lines"],
  ...["seed", "inception", "allowDownload", "backend", "extractor", "weights", "saveStats", "mirror", "cache", "cacheFolder"],
];
const SCOPE = "metrics";

/**
 * Any metrics between two sets of images, with their protocol. Without Inception weights a small random network stands in; its values are
 * named "random-…".
 *
 * @throws UsageError that names the file: no or mixed images, statistics of another mode, an unknown metric, a set that is
 *   smaller than a preset's name says.
 */
export async function measureSets(options: MeasureSetsOptions, hooks: LabHooks = {}): Promise<MeasureSetsResult> {
  checkOptions("measureSets", options, KNOWN);
  const { metrics = ["kid", "fid"], seed = 0, neighbours, lines, mirror = false, backend = "auto" } = options;
  const plan = planMetrics(metrics);
  await ready({ backend: backend as BackendName | "auto" }); // `ready` checks the name
  const began = performance.now();
  const { extractor, prefix, missing } = await openNetwork(options, plan.presets.length > 0, hooks);
  const opened: ImageSet[] = [];
  try {
    const numDrawn = options.images ?? plan.presets[0]?.numGenerated;
    const open = async (path: string, images: number | undefined): Promise<ImageSet> => {
      const { checkpoint } = options;
      const set = await openImageSet(path, {
        ...(images === undefined ? {} : { images }),
        ...(checkpoint === undefined ? {} : { checkpoint }),
      });
      opened.push(set);
      return set;
    };
    const sideOf = async (path: string, images: number | undefined): Promise<OpenedSide> => {
      if (isStatisticsFile(path)) return { statistics: await openStatistics(path, extractor) };
      const set = await open(path, images);
      return { set };
    };
    const limit = realLimit(plan.presets, mirror);
    const most = options.images ?? limit;
    const real = await sideOf(options.real, most);
    if (mirror) real.set = mirrorReal(real.set, options.real, most);
    const fake = await sideOf(options.fake, numDrawn);
    expect(
      real.set?.kind !== "checkpoint",
      SCOPE,
      `${options.real} is a checkpoint; --real takes real images or their statistics.`,
    );
    checkPresets(plan.presets, fake.set, options.fake);
    if (real.set && options.images === undefined) checkRealLimit(plan.presets, real.set.count);
    const heldOut = options.heldOut === undefined ? undefined : await sideOf(options.heldOut, options.images);
    const sheet = neighbours === undefined ? undefined : createNeighbourSheet();
    const labels = labelsOf(real.set, fake.set);
    const sets = { real: real.set, generated: fake.set, heldOut: heldOut?.set };
    const onProgress = progressOf(sets, hooks);
    const evaluation = await evaluate({
      real: await realSide(real, { options, plan, extractor, onProgress, withImages: sheet !== undefined }, hooks),
      generated: imagesOf(fake),
      ...(heldOut ? { heldOut: imagesOf(heldOut) } : {}),
      ...(labels ? { labels } : {}),
      extractor,
      metrics: [...plan.metrics, ...(sheet ? [sheet.metric] : [])],
      seed,
      ...(options.intervals === undefined ? {} : { intervalRounds: options.intervals }),
      onProgress,
      ...(hooks.signal ? { signal: hooks.signal } : {}),
    });
    const picture = sheet?.picture();
    if (neighbours !== undefined && picture) {
      await writeFileAtomic(neighbours, compressPng(picture));
      hooks.onFact?.({ kind: "file", what: "nearest neighbours", path: neighbours });
    }
    const seconds = (performance.now() - began) / 1000;
    const result = nameValues(evaluation, { plan, sets, prefix });
    if (lines !== undefined) await appendMetricLines(lines, result, { plan, prefix, seconds, snapshot: fake.set });
    return { ...result, seconds, ...(missing === undefined ? {} : { missing }) };
  } finally {
    for (const set of opened) await set.close();
    extractor.dispose();
  }
}

/** What a path names: images, or their statistics. */
type OpenedSide =
  | { set: ImageSet; readonly statistics?: undefined }
  | { set?: undefined; readonly statistics: FeatureStatistics };

const imagesOf = ({ set, statistics }: OpenedSide): EvaluationSide => set?.batches() ?? (statistics as FeatureStatistics); // one of them

interface RealSide {
  readonly options: MeasureSetsOptions;
  readonly plan: MetricPlan;
  readonly extractor: FeatureExtractor;
  readonly onProgress: (progress: ExtractionProgress & { readonly side: "real" }) => void;
  /** Something else than the metrics needs the images. */
  readonly withImages: boolean;
}

/** The real side as `evaluate` takes it: features or statistics out of the cache where the metrics need no images. */
async function realSide(
  real: OpenedSide,
  { options, plan, extractor, onProgress, withImages }: RealSide,
  hooks: LabHooks,
): Promise<EvaluationSide> {
  const { saveStats, cache = true, cacheFolder, intervals } = options;
  const needsImages =
    withImages || plan.metrics.some(({ needs }) => needs?.some((need) => need === "images" || need === "allImages"));
  let made: Features | FeatureStatistics | undefined = real.statistics;
  if (real.set && ((cache && !needsImages) || saveStats !== undefined)) {
    const onlyStatistics = intervals === undefined && plan.metrics.every(({ fromStatistics }) => fromStatistics);
    made = await cachedRealSide(
      real.set,
      {
        extractor,
        onlyStatistics,
        cache,
        ...(cacheFolder === undefined ? {} : { cacheFolder }),
        onProgress: (progress) => onProgress({ ...progress, side: "real" }),
      },
      hooks,
    );
  }
  if (saveStats !== undefined && made) {
    await writeStatisticsFile(saveStats, "covariance" in made ? made : featureStatistics(made), originOf(extractor));
    hooks.onFact?.({ kind: "file", what: "statistics of the real images", path: saveStats });
  }
  return made && !needsImages ? made : imagesOf(real);
}

function mirrorReal(set: ImageSet | undefined, path: string, most: number | undefined): ImageSet {
  expect(set, SCOPE, `${path} is statistics, which cannot be mirrored. Give the images.`);
  return mirrorSet(set, most);
}

/** Labels of both sides where their classes are the same, in the same order. */
function labelsOf(real?: ImageSet, generated?: ImageSet): { real: Int32Array; generated: Int32Array } | undefined {
  const isAlike = String(real?.classes) === String(generated?.classes);
  return real?.labels && generated?.labels && isAlike ? { real: real.labels, generated: generated.labels } : undefined;
}

const PARTS = { real: "Looking at real images", generated: "Looking at generated images", heldOut: "Looking at held-out images" };

/** Images a second of the last seconds, and the time that all sets still take. */
function progressOf(sets: Readonly<Record<keyof typeof PARTS, ImageSet | undefined>>, { onFact }: LabHooks) {
  const order = ["real", "generated", "heldOut"] as const;
  const all = order.reduce((sum, side) => sum + (sets[side]?.count ?? 0), 0);
  const meter = createRateMeter();
  return ({ side, done }: { readonly side: keyof typeof PARTS; readonly done: number }): void => {
    const before = order.slice(0, order.indexOf(side)).reduce((sum, name) => sum + (sets[name]?.count ?? 0), 0);
    meter.add(before + done, performance.now() / 1000);
    const perSecond = meter.perSecond();
    const isKnown = Number.isFinite(perSecond) && perSecond > 0;
    onFact?.({
      kind: "progress",
      part: PARTS[side],
      unit: "image",
      done,
      total: sets[side]?.count ?? done,
      fraction: (before + done) / all,
      ...(isKnown ? { imagesPerSecond: perSecond, secondsLeft: (all - before - done) / perSecond } : {}),
    });
  };
}
