import {
  createInceptionExtractor,
  createRandomConvolutionExtractor,
  type Evaluation,
  type EvaluationSide,
  evaluate,
  type FeatureExtractor,
  type InceptionModeName,
  type InceptionTap,
} from "fid-metrics";
import { resolveInceptionWeights } from "fid-metrics/node";
import { checkOptions, expect } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import { type BackendName, ready } from "tfjs-train";
import type { LabHooks } from "../facts.ts";
import type { CheckpointChoice } from "../generate/load-generator.ts";
import { createRateMeter } from "../progress/rate.ts";
import { compressPng } from "../run-folder/compress-png.ts";
import { type ImageSet, isStatisticsFile, openImageSet, openStatistics } from "./image-set.ts";
import { appendMetricLines, checkPresets, nameValues, planMetrics } from "./metric-plan.ts";
import { createNeighbourSheet } from "./neighbour-sheet.ts";

export interface MeasureSetsOptions {
  /** A dataset zip, a folder of images, or statistics (.npz of this package or of pytorch-fid). */
  readonly real: string;
  /** A dataset zip, a folder of images, statistics, a run folder or a checkpoint. */
  readonly fake: string;
  /** Real images that the generator was not trained on: a zip or folder. */
  readonly heldOut?: string;
  /** Names of metrics, or of the presets of the StyleGAN tools. Default: kid and fid. */
  readonly metrics?: readonly string[];
  /** How images are brought to Inception. Default "pytorch-fid"; "torch-fidelity", as the StyleGAN tools', where a preset is asked for. */
  readonly mode?: InceptionModeName;
  /** Default: the last one that the weights reach. */
  readonly tap?: InceptionTap;
  /** Most images of each set; of a checkpoint, so many are drawn (default 1000, or the preset's). */
  readonly images?: number;
  readonly checkpoint?: CheckpointChoice;
  /** Resamplings of bootstrap intervals. Default: none. */
  readonly intervals?: number;
  /** A PNG to write: generated images, each beside the real ones nearest to it. */
  readonly neighbours?: string;
  /** A folder to whose metric-<name>.jsonl the results are added, as the StyleGAN tools write them. */
  readonly lines?: string;
  readonly seed?: number;
  readonly inception?: string;
  readonly allowDownload?: boolean;
  readonly backend?: string;
}

export interface MeasureSetsResult extends Evaluation {
  readonly seconds: number;
  /** Why this is not FID and how to get it. */
  readonly missing?: string;
}

const KNOWN = [
  ...["real", "fake", "heldOut", "metrics", "mode", "tap", "images", "checkpoint", "intervals", "neighbours", "lines"],
  ...["seed", "inception", "allowDownload", "backend"],
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
  const { metrics = ["kid", "fid"], seed = 0, neighbours, lines, backend = "auto" } = options;
  const plan = planMetrics(metrics);
  await ready({ backend: backend as BackendName | "auto" }); // `ready` checks the name
  const began = performance.now();
  const { extractor, missing } = await openExtractor(options, plan.presets.length > 0, hooks);
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
    const sideOf = async (path: string, images: number | undefined): Promise<{ set?: ImageSet; side: EvaluationSide }> => {
      if (isStatisticsFile(path)) return { side: await openStatistics(path, extractor) };
      const set = await open(path, images);
      return { set, side: set.batches() };
    };
    const real = await sideOf(options.real, options.images);
    const fake = await sideOf(options.fake, numDrawn);
    expect(
      real.set?.kind !== "checkpoint",
      SCOPE,
      `${options.real} is a checkpoint; --real takes real images or their statistics.`,
    );
    checkPresets(plan.presets, fake.set, options.fake);
    const heldOut = options.heldOut === undefined ? undefined : await sideOf(options.heldOut, options.images);
    const sheet = neighbours === undefined ? undefined : createNeighbourSheet();
    const labels = labelsOf(real.set, fake.set);
    const sets = { real: real.set, generated: fake.set, heldOut: heldOut?.set };
    const evaluation = await evaluate({
      real: real.side,
      generated: fake.side,
      ...(heldOut ? { heldOut: heldOut.side } : {}),
      ...(labels ? { labels } : {}),
      extractor,
      metrics: [...plan.metrics, ...(sheet ? [sheet.metric] : [])],
      seed,
      ...(options.intervals === undefined ? {} : { intervalRounds: options.intervals }),
      onProgress: progressOf(sets, hooks),
      ...(hooks.signal ? { signal: hooks.signal } : {}),
    });
    const picture = sheet?.picture();
    if (neighbours !== undefined && picture) {
      await writeFileAtomic(neighbours, compressPng(picture));
      hooks.onFact?.({ kind: "file", what: "nearest neighbours", path: neighbours });
    }
    const seconds = (performance.now() - began) / 1000;
    const result = nameValues(evaluation, { plan, sets, isInception: missing === undefined });
    if (lines !== undefined) await appendMetricLines(lines, result, { plan, seconds, snapshot: fake.set });
    return { ...result, seconds, ...(missing === undefined ? {} : { missing }) };
  } finally {
    for (const set of opened) await set.close();
    extractor.dispose();
  }
}

/** Labels of both sides where their classes are the same, in the same order. */
function labelsOf(real?: ImageSet, generated?: ImageSet): { real: Int32Array; generated: Int32Array } | undefined {
  const isAlike = String(real?.classes) === String(generated?.classes);
  return real?.labels && generated?.labels && isAlike ? { real: real.labels, generated: generated.labels } : undefined;
}

async function openExtractor(
  { inception, allowDownload = true, mode, tap }: MeasureSetsOptions,
  isPreset: boolean,
  { onFact, signal }: LabHooks,
): Promise<{ extractor: FeatureExtractor; missing?: string }> {
  onFact?.({ kind: "progress", part: "Looking for the Inception weights" });
  const resolved = await resolveInceptionWeights({
    ...(inception === undefined ? {} : { file: inception }),
    allowDownload,
    onProgress: ({ bytes, total }) =>
      onFact?.({ kind: "progress", part: "Fetching the Inception weights", ...(total ? { fraction: bytes / total } : {}) }),
    ...(signal ? { signal } : {}),
  });
  if (resolved.missing !== undefined) return { extractor: createRandomConvolutionExtractor(), missing: resolved.missing };
  const chosen = mode ?? (isPreset ? "torch-fidelity" : "pytorch-fid");
  return {
    extractor: createInceptionExtractor({ weights: resolved.weights, mode: chosen, ...(tap === undefined ? {} : { tap }) }),
  };
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
