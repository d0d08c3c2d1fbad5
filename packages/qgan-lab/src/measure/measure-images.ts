import {
  type Evaluation,
  type EvaluationSide,
  type ExtractionProgress,
  evaluate,
  type FeatureExtractor,
  type FeatureStatistics,
  type Features,
  featureStatistics,
  type MetricNeed,
  originOf,
} from "fid-metrics";
import { writeStatisticsFile } from "fid-metrics/node";
import { expect } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import type { LabHooks } from "../facts.ts";
import { createRateMeter } from "../progress/rate.ts";
import { compressPng } from "../run-folder/compress-png.ts";
import { cachedSide } from "./cached-side.ts";
import { type ImageSet, isStatisticsFile, openImageSet, openStatistics } from "./image-set.ts";
import type { MeasureSetsOptions } from "./measure-sets.ts";
import { openNetwork } from "./measuring-network.ts";
import { checkPresets, checkRealLimit, type MetricPlan, nameValues, realLimit } from "./metric-plan.ts";
import { mirrorSet } from "./mirrored-set.ts";
import { createNeighbourSheet } from "./neighbour-sheet.ts";

const SCOPE = "metrics";

export interface MeasuredImages extends Evaluation {
  /** Before the names of values of another network than Inception. */
  readonly prefix: string;
  readonly missing?: string;
  /** What drew the images, if it was a checkpoint. */
  readonly snapshot: string | null;
}

/**
 * Metrics between two sets of images.
 *
 * @throws UsageError as `measureSets`.
 */
export async function measureImages(options: MeasureSetsOptions, plan: MetricPlan, hooks: LabHooks): Promise<MeasuredImages> {
  const { real: realPath, seed = 0, neighbours, mirror = false } = options;
  expect(realPath !== undefined, SCOPE, "give both --real and --fake.");
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
      if (isStatisticsFile(path)) return { statistics: await openStatistics(path, extractor, options.trustStats) };
      const set = await open(path, images);
      return { set };
    };
    const limit = realLimit(plan.presets, mirror);
    const most = options.images ?? limit;
    const real = await sideOf(realPath, most);
    if (mirror) real.set = mirrorReal(real.set, realPath, most);
    const fake = await sideOf(options.fake, numDrawn);
    expect(real.set?.kind !== "checkpoint", SCOPE, `${realPath} is a checkpoint; --real takes real images or their statistics.`);
    checkPresets(plan.presets, fake.set, options.fake);
    if (real.set && options.images === undefined) checkRealLimit(plan.presets, real.set.count);
    expect(
      options.heldOut === undefined || asksFor(plan, "heldOut"),
      SCOPE,
      "--held-out is looked at by memorised and membership only; ask for one of them with --metrics.",
    );
    const heldOut = options.heldOut === undefined ? undefined : await sideOf(options.heldOut, options.images);
    checkStatisticsWillDo(plan, { [realPath]: real, [options.fake]: fake }, neighbours);
    expect(
      !heldOut?.statistics,
      SCOPE,
      `${options.heldOut} is statistics; --held-out takes the images themselves, a zip or folder.`,
    );
    const sheet = neighbours === undefined ? undefined : createNeighbourSheet();
    const labels = labelsOf(real.set, fake.set);
    const sets = { real: real.set, generated: fake.set, heldOut: heldOut?.set };
    const onProgress = progressOf(sets, hooks);
    const evaluation = await evaluate({
      real: await realSide(real, { options, plan, extractor, onProgress, withImages: sheet !== undefined }, hooks),
      generated: imagesOf(fake),
      ...(heldOut ? { heldOut: await heldOutSide(heldOut, { options, plan, extractor, onProgress }, hooks) } : {}),
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
    return {
      ...nameValues(evaluation, { plan, sets, prefix }),
      prefix,
      ...(missing === undefined ? {} : { missing }),
      snapshot: fake.set?.kind === "checkpoint" ? fake.set.name : null,
    };
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

/** @throws UsageError that names the file, where something asks for more of a side than its statistics. */
function checkStatisticsWillDo(
  { metrics }: MetricPlan,
  sides: Readonly<Record<string, OpenedSide>>,
  neighbours: string | undefined,
): void {
  const path = Object.keys(sides).find((name) => sides[name].statistics);
  if (path === undefined) return;
  const more = metrics.filter(({ fromStatistics }) => !fromStatistics).map(({ name }) => name);
  if (neighbours !== undefined) more.push("--neighbours");
  expect(
    more.length === 0,
    SCOPE,
    () => `${path} is statistics, which only fid can do with; ${more.join(", ")} needs the images.`,
  );
}

interface SideOptions {
  readonly options: MeasureSetsOptions;
  readonly plan: MetricPlan;
  readonly extractor: FeatureExtractor;
  readonly onProgress: (progress: ExtractionProgress & { readonly side: "real" | "heldOut" }) => void;
}

interface RealImagesOptions extends SideOptions {
  /** Something else than the metrics needs the images. */
  readonly withImages: boolean;
}

const asksFor = ({ metrics }: MetricPlan, ...asked: readonly MetricNeed[]): boolean =>
  metrics.some(({ needs }) => needs?.some((need) => asked.includes(need)));

/** The real side as `evaluate` takes it: features or statistics out of the cache where the metrics need no images. */
async function realSide(
  real: OpenedSide,
  { options, plan, extractor, onProgress, withImages }: RealImagesOptions,
  hooks: LabHooks,
): Promise<EvaluationSide> {
  const { saveStats, cache = true, intervals } = options;
  const needsImages = withImages || asksFor(plan, "images", "allImages");
  let made: Features | FeatureStatistics | undefined = real.statistics;
  if (real.set && ((cache && !needsImages) || saveStats !== undefined)) {
    const onlyStatistics = intervals === undefined && plan.metrics.every(({ fromStatistics }) => fromStatistics);
    const onPart = (progress: ExtractionProgress): void => onProgress({ ...progress, side: "real" });
    made = await cachedSide(real.set, { extractor, onlyStatistics, ...cacheOf(options), onProgress: onPart }, hooks);
  }
  if (saveStats !== undefined && made) {
    await writeStatisticsFile(saveStats, "covariance" in made ? made : featureStatistics(made), originOf(extractor));
    hooks.onFact?.({ kind: "file", what: "statistics of the real images", path: saveStats });
  }
  return made && !needsImages ? made : imagesOf(real);
}

/** The held-out side as `evaluate` takes it: features out of the cache where the metrics need no images. */
async function heldOutSide(
  heldOut: OpenedSide,
  { options, plan, extractor, onProgress }: SideOptions,
  hooks: LabHooks,
): Promise<EvaluationSide> {
  if (!heldOut.set || asksFor(plan, "allImages")) return imagesOf(heldOut);
  const onPart = (progress: ExtractionProgress): void => onProgress({ ...progress, side: "heldOut" });
  return cachedSide(heldOut.set, { extractor, onlyStatistics: false, ...cacheOf(options), onProgress: onPart }, hooks);
}

const cacheOf = ({ cache = true, cacheFolder }: MeasureSetsOptions) => ({
  cache,
  ...(cacheFolder === undefined ? {} : { cacheFolder }),
});

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
