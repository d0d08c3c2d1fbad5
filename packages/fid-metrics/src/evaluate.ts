import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, createRng, expect, type Rng } from "repro-kit";
import packageManifest from "../package.json" with { type: "json" };
import { type BootstrapInterval, bootstrapInterval } from "./bootstrap-interval.ts";
import type { Labels } from "./class-frechet-distance.ts";
import { asStatistics, type CollectedSide, collectSide, type EvaluationSide, isStatistics } from "./evaluation-side.ts";
import type { ExtractionProgress, FeatureExtractor } from "./extractor.ts";
import type { Features } from "./features.ts";
import { QUANTISATION } from "./images.ts";
import { builtinMetrics, createMetricRegistry } from "./metrics/index.ts";
import type { Metric, MetricMaterial, MetricNeed } from "./metrics/metric.ts";
import { inReadingOrder, warnOfFewSamples } from "./metrics/reading-order.ts";
import { describePath } from "./perceptual-path-length.ts";

export interface EvaluateOptions {
  readonly real: EvaluationSide;
  readonly generated: EvaluationSide;
  readonly extractor: FeatureExtractor;
  /** Names or objects. Default: kid and fid. */
  readonly metrics?: readonly (string | Metric)[];
  /** Real images that the generator was not trained on, for metrics that judge by them. */
  readonly heldOut?: EvaluationSide;
  /** Class of each image, for metrics by class. */
  readonly labels?: { readonly real: Labels; readonly generated: Labels };
  /** A generator and a distance, for path lengths. */
  readonly path?: MetricMaterial["path"];
  /** Bootstrap intervals of the metrics that come from features alone: this many resamplings each. Default: none. */
  readonly intervalRounds?: number;
  /** For metrics that draw. Default 0. */
  readonly seed?: number;
  /** What tells the real images apart, e.g. a dataset's digest; goes into the protocol, so that other real images do not compare. */
  readonly realContent?: string;
  /** Images that the extractor takes at once. Default: the extractor's. */
  readonly batchSize?: number;
  readonly onProgress?: (progress: ExtractionProgress & { readonly side: "real" | "generated" | "heldOut" }) => void;
  readonly signal?: AbortSignal;
}

/** How a result was made: two results compare only if this is the same but for the counts' origin. */
export interface EvaluationProtocol {
  readonly package: string;
  readonly version: string;
  readonly backend: string;
  readonly extractor: string;
  readonly tap: string;
  readonly mode: string;
  readonly resize: string;
  readonly weights: string;
  readonly quantisation: string;
  readonly seed: number;
  readonly realContent?: string;
  /** Infinity where statistics do not say it. */
  readonly numReal: number;
  readonly numGenerated: number;
  /** Only where a metric looked at held-out images. */
  readonly numHeldOut?: number;
  readonly metrics: readonly { readonly name: string; readonly source: string; readonly better: "lower" | "higher" }[];
}

export interface Evaluation {
  /** By name, e.g. { kid: …, fid: … }. */
  readonly values: Readonly<Record<string, number>>;
  /** 95 % bootstrap intervals by metric, where they were asked for. */
  readonly intervals?: Readonly<Record<string, BootstrapInterval>>;
  readonly protocol: EvaluationProtocol;
  /** Plain sentences for whoever reads the values. */
  readonly warnings: readonly string[];
}

const SCOPE = "evaluate";
const KNOWN = [
  ...["real", "generated", "extractor", "metrics", "heldOut", "labels", "path", "intervalRounds"],
  ...["seed", "batchSize", "realContent", "onProgress", "signal"],
];
/** Images a side that metrics of images look at. */
const SAMPLED_IMAGES = 2048;

/**
 * Images → features → metrics, with the protocol that the numbers stand under. Where the metrics can be had from statistics, features are
 * not kept, and memory does not grow with the number of images.
 *
 * @param options - `real` and `generated` as images (uint8, or tensors in [−1, 1], at once or batch by batch) or as features;
 *   tensors stay the caller's. From statistics only FID can be computed.
 * @throws UsageError for an unknown metric or option, something that a metric needs and is not given, fewer than two samples, mixed
 *   sizes, NaN in images or features, real images that are all the same.
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  checkOptions(SCOPE, options, KNOWN);
  const { extractor, metrics = ["kid", "fid"], seed = 0, realContent, intervalRounds } = options;
  const registry = createMetricRegistry();
  const chosen = inReadingOrder(metrics.map((metric) => registry.resolve(metric)));
  expect(chosen.length > 0, SCOPE, `at least one metric is needed; known: ${registry.names().join(", ")}.`);
  const rng = createRng(seed);
  const { real, generated, heldOut, material } = await collectAll(options, chosen, rng);
  const values: Record<string, number> = {};
  const intervals: Record<string, BootstrapInterval> = {};
  for (const metric of chosen) {
    const stream = rng.fork(metric.name);
    Object.assign(values, await computeOne(metric, { real, generated, material, rng: stream }));
    if (intervalRounds !== undefined && !metric.needs)
      intervals[metric.name] = await intervalOf(metric, values[metric.name], {
        real,
        generated,
        rng: stream,
        rounds: intervalRounds,
      });
  }
  const warnings = chosen.flatMap((metric) => warnOfFewSamples(metric, real.features.count, generated.features.count));
  return {
    values,
    ...(intervalRounds === undefined ? {} : { intervals }),
    warnings: generated.areIdentical
      ? [`all ${generated.features.count} generated images are the same one: the generator has collapsed.`, ...warnings]
      : warnings,
    protocol: {
      package: packageManifest.name,
      version: packageManifest.version,
      backend: tf.getBackend(),
      extractor: extractor.name,
      tap: extractor.tap,
      mode: extractor.mode,
      resize: extractor.resize,
      weights: extractor.fingerprint,
      quantisation: QUANTISATION,
      seed,
      ...(realContent === undefined ? {} : { realContent }),
      numReal: real.features.count,
      numGenerated: generated.features.count,
      ...(heldOut ? { numHeldOut: heldOut.features.count } : {}),
      metrics: chosen.map(({ name, source, better, needs }) => {
        const isPath = needs?.includes("path") && options.path;
        return { name, source: isPath ? `${source}; ${describePath(isPath)}` : source, better };
      }),
    },
  };
}

interface Collected {
  readonly real: CollectedSide;
  readonly generated: CollectedSide;
  readonly heldOut: CollectedSide | undefined;
  readonly material: MetricMaterial;
}

async function collectAll(options: EvaluateOptions, chosen: readonly Metric[], rng: Rng): Promise<Collected> {
  const {
    real: realSource,
    generated: generatedSource,
    heldOut: heldOutSource,
    labels,
    path,
    extractor,
    batchSize,
    onProgress,
    signal,
  } = options;
  const askers = (need: MetricNeed): Metric[] => chosen.filter(({ needs }) => needs?.includes(need));
  const isAsked = (need: MetricNeed): boolean => askers(need).length > 0;
  const demand = (need: MetricNeed, isGiven: boolean, what: string): void =>
    expect(isGiven || !isAsked(need), SCOPE, () => `${askers(need)[0].name} needs ${what}.`);
  demand("labels", labels !== undefined, "the class of each image; give labels: { real, generated }");
  demand("path", path !== undefined, "a generator and a distance of images; give path: { generator, distance }");
  demand("heldOut", heldOutSource !== undefined, "real images that the generator was not trained on; give heldOut");
  const onlyStatistics = options.intervalRounds === undefined && chosen.every(({ fromStatistics }) => fromStatistics);
  const collect = (side: "real" | "generated" | "heldOut", source: EvaluationSide): Promise<CollectedSide> =>
    collectSide(source, {
      side,
      extractor,
      onlyStatistics,
      numImages: isAsked("allImages") ? Number.POSITIVE_INFINITY : isAsked("images") && side !== "heldOut" ? SAMPLED_IMAGES : 0,
      withLogits: isAsked("logits") && side === "generated",
      rng: rng.fork(`sample-${side}`),
      ...(batchSize === undefined ? {} : { batchSize }),
      ...(signal === undefined ? {} : { signal }),
      ...(onProgress === undefined ? {} : { onProgress: (progress) => onProgress({ ...progress, side }) }),
    });
  const real = await collect("real", realSource);
  expect(!real.areIdentical, SCOPE, `all ${real.features.count} real images are the same one. Look at the data.`);
  const generated = await collect("generated", generatedSource);
  const heldOut = isAsked("heldOut") && heldOutSource ? await collect("heldOut", heldOutSource) : undefined;
  const images = real.images && generated.images ? { real: real.images, generated: generated.images } : undefined;
  const material: MetricMaterial = {
    ...(labels ? { labels } : {}),
    ...(path ? { path } : {}),
    ...(generated.logits ? { logits: generated.logits } : {}),
    ...(images ? { images } : {}),
    ...(images && isAsked("allImages")
      ? { allImages: { ...images, ...(heldOut?.images ? { heldOut: heldOut.images } : {}) } }
      : {}),
    ...(heldOut && !isStatistics(heldOut.features) ? { heldOut: heldOut.features } : {}),
  };
  demand("heldOut", material.heldOut !== undefined, "held-out images or their features; got statistics");
  return { real, generated, heldOut, material };
}

interface ComputeInput {
  readonly real: CollectedSide;
  readonly generated: CollectedSide;
  readonly rng: Rng;
}

async function computeOne(
  metric: Metric,
  { real, generated, material, rng }: ComputeInput & { readonly material: MetricMaterial },
): Promise<Readonly<Record<string, number>>> {
  const [a, b] = bothFeatures(metric, real, generated) ?? [];
  if (a && b) return metric.compute(a, b, rng, material);
  return metric.fromStatistics?.(asStatistics(real.features), asStatistics(generated.features)) ?? {}; // `bothFeatures` looked
}

/** The features of both sides; undefined where a side is statistics and the metric can do with them. */
function bothFeatures(metric: Metric, real: CollectedSide, generated: CollectedSide): [Features, Features] | undefined {
  if (!("covariance" in real.features) && !("covariance" in generated.features)) return [real.features, generated.features];
  const known = builtinMetrics.filter(({ fromStatistics }) => fromStatistics).map(({ name }) => name);
  expect(
    metric.fromStatistics,
    SCOPE,
    `from statistics only ${known.join(", ")} can be computed; got ${metric.name}. Give images.`,
  );
  return undefined;
}

async function intervalOf(
  metric: Metric,
  value: number,
  { real, generated, rng, rounds }: ComputeInput & { readonly rounds: number },
): Promise<BootstrapInterval> {
  const [a, b] = bothFeatures(metric, real, generated) ?? [];
  expect(a && b, SCOPE, "intervals need features or images on both sides; got statistics.");
  return bootstrapInterval(
    {
      metric: async (x, y) => (await metric.compute(x, y, rng.fork("interval")))[metric.name],
      value,
      real: a,
      generated: b,
    },
    { rng: rng.fork("bootstrap"), rounds },
  );
}
