import { expect, type Rng } from "repro-kit";
import { createStatistics, type StatisticsAccumulator } from "./create-statistics.ts";
import type { ExtractionProgress, ExtractOptions, FeatureExtractor } from "./extractor.ts";
import { featureStatistics } from "./feature-statistics.ts";
import { type Features, joinFeatures } from "./features.ts";
import { createImageSample } from "./image-sample.ts";
import { batchImages, countImages, type ImageArray, type ImageSource } from "./images.ts";
import type { FeatureStatistics } from "./moments.ts";

/** One side: images, or the features or statistics that the same extractor made of them earlier. */
export type EvaluationSide = ImageSource | Features | FeatureStatistics;

/** What was made of a side. */
export interface CollectedSide {
  readonly features: Features | FeatureStatistics;
  /** Of the images, at most as many as were asked for. */
  readonly images?: ImageArray;
  readonly logits?: Features;
  /** Whether all images are the same one. */
  readonly areIdentical: boolean;
}

export interface CollectOptions {
  readonly side: string;
  readonly extractor: FeatureExtractor;
  /** Statistics are enough, so that features need not be kept. */
  readonly onlyStatistics: boolean;
  /** Images to keep, Infinity for all. */
  readonly numImages: number;
  readonly withLogits: boolean;
  readonly rng: Rng;
  readonly batchSize?: number;
  readonly onProgress?: (progress: ExtractionProgress) => void;
  readonly signal?: AbortSignal;
}

/** Images that go to the extractor in one call: features are dealt with in such portions. */
const PORTION = 256;
const LOGITS = "logits_unbiased";
const SCOPE = "evaluate";

export const isStatistics = (side: EvaluationSide): side is FeatureStatistics => "covariance" in side;

function isFeatures(side: EvaluationSide): side is Features {
  return "dimension" in side && "data" in side && side.data instanceof Float64Array;
}

export const asStatistics = (side: Features | FeatureStatistics): FeatureStatistics =>
  "covariance" in side ? side : featureStatistics(side);

/** Features, or their statistics, and what else was asked for, in one pass over the images. */
export async function collectSide(source: EvaluationSide, options: CollectOptions): Promise<CollectedSide> {
  const { side, extractor, numImages, withLogits } = options;
  if (!isFeatures(source) && !isStatistics(source)) return collectImages(source, options);
  const { dimension } = source;
  const wanted = extractor.dimension;
  expect(dimension === wanted, SCOPE, `${side} has ${dimension} features; the extractor makes ${wanted}.`);
  expect(numImages === 0, SCOPE, `the metrics need the images of ${side}; got what was made of them. Give images.`);
  const logits = withLogits && extractor.tap === LOGITS && !isStatistics(source) ? source : undefined;
  expect(logits || !withLogits, SCOPE, `the metrics need logits of ${side}; give images, or features of the tap ${LOGITS}.`);
  return { features: source, areIdentical: false, ...(logits ? { logits } : {}) };
}

async function collectImages(source: ImageSource, options: CollectOptions): Promise<CollectedSide> {
  const { extractor, onlyStatistics, numImages, withLogits, rng, batchSize = 8 } = options;
  const sample = createImageSample(Math.max(1, numImages), rng);
  const parts: Features[] = [];
  const logitParts: Features[] = [];
  let statistics: StatisticsAccumulator | undefined;
  let done = 0;
  const total = countImages(source);
  // Portions are whole batches, so that the network sees the batches that it would see without them.
  for await (const portion of batchImages(source, Math.ceil(PORTION / batchSize) * batchSize)) {
    sample.offer(portion);
    const { features, logits } = await extractPortion(portion, withLogits, { ...options, done, total });
    done += portion.count;
    if (logits) logitParts.push(logits);
    if (statistics) statistics.add(features);
    else parts.push(features);
    // With more features than dimensions their statistics are smaller than they are, and lose nothing.
    if (onlyStatistics && !statistics && done > extractor.dimension) {
      statistics = createStatistics(extractor.dimension);
      for (const part of parts.splice(0)) statistics.add(part);
    }
  }
  return {
    features: statistics ? statistics.result() : joinFeatures(parts),
    areIdentical: sample.areIdentical,
    ...(numImages > 0 ? { images: sample.result() } : {}),
    ...(withLogits ? { logits: joinFeatures(logitParts) } : {}),
  };
}

/** The Inception extractor's way to take several outputs in one pass. */
interface TapExtractor extends FeatureExtractor {
  extractTaps(images: ImageSource, taps: readonly string[], options?: ExtractOptions): Promise<Record<string, Features>>;
}

const hasTaps = (extractor: FeatureExtractor): extractor is TapExtractor => "extractTaps" in extractor;

async function extractPortion(
  portion: ImageArray,
  withLogits: boolean,
  { extractor, batchSize, onProgress, signal, done, total, side }: CollectOptions & { done: number; total: number | undefined },
): Promise<{ features: Features; logits?: Features }> {
  const options: ExtractOptions = {
    ...(batchSize === undefined ? {} : { batchSize }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress: (progress) => onProgress({ done: done + progress.done, total }) }),
  };
  if (!withLogits) return { features: await extractor.extract(portion, options) };
  if (extractor.tap === LOGITS) {
    const features = await extractor.extract(portion, options);
    return { features, logits: features };
  }
  expect(
    hasTaps(extractor),
    SCOPE,
    `the metrics need logits of ${side}; ${extractor.name} has none. Take the Inception extractor.`,
  );
  const tap = (/^\d+$/.test(extractor.tap) ? Number(extractor.tap) : extractor.tap) as string; // its taps are numbers or names
  const taps = await extractor.extractTaps(portion, [tap, LOGITS], options);
  return { features: taps[extractor.tap], logits: taps[LOGITS] };
}
