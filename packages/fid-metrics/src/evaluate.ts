import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, createRng, expect } from "repro-kit";
import packageManifest from "../package.json" with { type: "json" };
import type { ExtractionProgress, FeatureExtractor } from "./extractor.ts";
import { featureStatistics } from "./feature-statistics.ts";
import type { Features } from "./features.ts";
import { frechetDistance } from "./frechet-distance.ts";
import { type ImageSource, QUANTISATION } from "./images.ts";
import { builtinMetrics, createMetricRegistry } from "./metrics/index.ts";
import type { Metric } from "./metrics/metric.ts";
import type { FeatureStatistics } from "./moments.ts";

/** One side: images, or the features or statistics that the same extractor made of them earlier. */
export type EvaluationSide = ImageSource | Features | FeatureStatistics;

export interface EvaluateOptions {
  readonly real: EvaluationSide;
  readonly generated: EvaluationSide;
  readonly extractor: FeatureExtractor;
  /** Names or objects. Default: kid and fid. */
  readonly metrics?: readonly (string | Metric)[];
  /** For metrics that draw subsets. Default 0. */
  readonly seed?: number;
  /** What tells the real images apart, e.g. a dataset's digest; goes into the protocol, so that other real images do not compare. */
  readonly realContent?: string;
  /** Images that the extractor takes at once. Default: the extractor's. */
  readonly batchSize?: number;
  readonly onProgress?: (progress: ExtractionProgress & { readonly side: "real" | "generated" }) => void;
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
  readonly metrics: readonly { readonly name: string; readonly source: string; readonly better: "lower" | "higher" }[];
}

export interface Evaluation {
  /** By name, e.g. { kid: …, fid: … }. */
  readonly values: Readonly<Record<string, number>>;
  readonly protocol: EvaluationProtocol;
  /** Plain sentences for whoever reads the values. */
  readonly warnings: readonly string[];
}

/**
 * Images → features → metrics, with the protocol that the numbers stand under.
 *
 * @param options - `real` and `generated` as images (uint8, or tensors in [−1, 1], at once or batch by batch) or as features;
 *   tensors stay the caller's. From statistics only FID can be computed.
 * @throws UsageError for an unknown metric or option, fewer than two samples, mixed sizes, NaN in images or features.
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  checkOptions("evaluate", options, [
    "real",
    "generated",
    "extractor",
    "metrics",
    "seed",
    "batchSize",
    "realContent",
    "onProgress",
    "signal",
  ]);
  const { extractor, metrics = ["kid", "fid"], seed = 0, realContent } = options;
  const registry = createMetricRegistry();
  const chosen = inReadingOrder(metrics.map((metric) => registry.resolve(metric)));
  expect(chosen.length > 0, "evaluate", `at least one metric is needed; known: ${registry.names().join(", ")}.`);
  const real = await featuresOf("real", options);
  const generated = await featuresOf("generated", options);
  const rng = createRng(seed);
  const values: Record<string, number> = {};
  if (isStatistics(real) || isStatistics(generated)) {
    const others = chosen.filter(({ name }) => name !== "fid").map(({ name }) => name);
    expect(others.length === 0, "evaluate", `from statistics only fid can be computed; got ${others.join(", ")}. Give images.`);
    values.fid = frechetDistance(asStatistics(real), asStatistics(generated));
  } else for (const metric of chosen) Object.assign(values, metric.compute(real, generated, rng.fork(metric.name)));
  return {
    values,
    warnings: chosen.flatMap((metric) => warnOfFewSamples(metric, real.count, generated.count)),
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
      numReal: real.count,
      numGenerated: generated.count,
      metrics: chosen.map(({ name, source, better }) => ({ name, source, better })),
    },
  };
}

async function featuresOf(side: "real" | "generated", options: EvaluateOptions): Promise<Features | FeatureStatistics> {
  const { [side]: source, extractor, batchSize, onProgress, signal } = options;
  if (isFeatures(source) || isStatistics(source)) {
    const { dimension } = extractor;
    expect(
      source.dimension === dimension,
      "evaluate",
      `${side} has ${source.dimension} features; the extractor makes ${dimension}.`,
    );
    return source;
  }
  return extractor.extract(source, {
    ...(batchSize === undefined ? {} : { batchSize }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress: (progress) => onProgress({ ...progress, side }) }),
  });
}

function isFeatures(source: EvaluationSide): source is Features {
  return "dimension" in source && "data" in source && source.data instanceof Float64Array;
}

const isStatistics = (source: EvaluationSide): source is FeatureStatistics => "covariance" in source;

const asStatistics = (side: Features | FeatureStatistics): FeatureStatistics =>
  isStatistics(side) ? side : featureStatistics(side);

/** Built-ins in their own order, so that KID stands before FID; others after them as given. */
function inReadingOrder(metrics: readonly Metric[]): Metric[] {
  const rank = (metric: Metric): number => {
    const place = builtinMetrics.indexOf(metric);
    return place < 0 ? builtinMetrics.length : place;
  };
  return [...new Set(metrics)].sort((a, b) => rank(a) - rank(b));
}

function warnOfFewSamples({ name, fewestSamples = 0 }: Metric, numReal: number, numGenerated: number): string[] {
  if (Math.min(numReal, numGenerated) >= fewestSamples) return [];
  const counts = `${numReal} real and ${numGenerated} generated`;
  return [
    `${name.toUpperCase()} is biased upwards below ${fewestSamples} samples a side (here ${counts}): look at KID first, and ` +
      `compare ${name.toUpperCase()} only between sets of these sizes.`,
  ];
}
