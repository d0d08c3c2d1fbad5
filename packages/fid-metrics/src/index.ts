export { type BootstrapInterval, type BootstrapOptions, bootstrapInterval } from "./bootstrap-interval.ts";
export { type ClassFrechetDistance, classFrechetDistance, type Labels } from "./class-frechet-distance.ts";
export { clipDiscrepancy } from "./clip-discrepancy.ts";
export { type Comparison, compareEvaluations } from "./compare-evaluations.ts";
export { createStatistics, type StatisticsAccumulator } from "./create-statistics.ts";
export {
  type EvaluateOptions,
  type Evaluation,
  type EvaluationProtocol,
  evaluate,
} from "./evaluate.ts";
export { type EvaluatePathsOptions, evaluatePaths, type NamedPath } from "./evaluate-paths.ts";
export type { EvaluationSide } from "./evaluation-side.ts";
export type { DifferentiableExtractor, ExtractionProgress, ExtractOptions, FeatureExtractor } from "./extractor.ts";
export { type ClipExtractorOptions, createClipExtractor } from "./extractors/clip.ts";
export { createDinov2Extractor, type Dinov2ExtractorOptions } from "./extractors/dinov2.ts";
export { createFunctionExtractor, type FunctionExtractorOptions } from "./extractors/function-extractor.ts";
export { type InputConvention, imageNetColours } from "./extractors/input-convention.ts";
export { createRandomConvolutionExtractor, type RandomConvolutionOptions } from "./extractors/random-convolution.ts";
export { featureStatistics, mergeStatistics } from "./feature-statistics.ts";
export { type Features, joinFeatures, selectFeatures } from "./features.ts";
export {
  frechetDistance,
  frechetDistanceFromFeatures,
  frechetDistanceInPool,
  type InPool,
} from "./frechet-distance.ts";
export {
  type FrechetDistanceInfinity,
  type FrechetDistanceInfinityOptions,
  frechetDistanceInfinity,
} from "./frechet-distance-infinity.ts";
export { type ImageArray, type ImageSource, type Images, quantiseImages } from "./images.ts";
export {
  createInceptionExtractor,
  type InceptionExtractor,
  type InceptionExtractorOptions,
} from "./inception/inception-extractor.ts";
export { type InceptionMaps, loadInceptionMaps } from "./inception/inception-maps.ts";
export { type InceptionMode, type InceptionModeName, inceptionModes } from "./inception/modes.ts";
export { type InceptionTap, inceptionTaps, inceptionTensors } from "./inception/network.ts";
export { type InceptionScore, type InceptionScoreOptions, inceptionScore } from "./inception-score.ts";
export { type KernelDistanceOptions, kernelDistance } from "./kernel-distance.ts";
export {
  type KernelDistanceEstimate,
  type KernelDistanceSubsetsOptions,
  kernelDistanceBlocks,
  kernelDistanceSubsets,
  type SubsetIndices,
} from "./kernel-distance-subsets.ts";
export type { Kernel } from "./kernel-tiles.ts";
export { type Lpips, type LpipsOptions, loadLpips, lpipsTensors } from "./lpips/lpips.ts";
export {
  type AuditedSet,
  auditMemorisation,
  type MemorisationAudit,
  type MemorisationAuditOptions,
  type MemorisationFinding,
} from "./memorisation/audit-memorisation.ts";
export { type CopyFinder, type CopyMatch, createCopyFinder } from "./memorisation/find-copies.ts";
export { formatMetricLine, type MetricLine, parseMetricLines } from "./metric-line.ts";
export { builtinMetrics, createMetricRegistry } from "./metrics/index.ts";
export { defineKidSubsets } from "./metrics/kid.ts";
export type { Metric, MetricMaterial, MetricNeed } from "./metrics/metric.ts";
export type { FeatureStatistics, Moments } from "./moments.ts";
export { type MongeInceptionDistanceOptions, mongeInceptionDistance } from "./monge-inception-distance.ts";
export { authenticity } from "./neighbours/authenticity.ts";
export { type MembershipInference, membershipInference } from "./neighbours/membership-inference.ts";
export { type NearestNeighbours, nearestNeighbours, neighbourRadii } from "./neighbours/nearest-neighbours.ts";
export {
  fScore,
  type NeighbourhoodOptions,
  type NeighbourhoodScores,
  neighbourhoodScores,
} from "./neighbours/neighbourhood-scores.ts";
export { pairwiseDistance } from "./pairwise-distance.ts";
export { type PathLength, type SlerpOptions, slerp, summarisePathLengths } from "./path-length.ts";
export {
  type PathDistance,
  type PathGenerator,
  type PathSettings,
  type PerceptualPathLengthOptions,
  perceptualPathLength,
  pixelPathDistance,
} from "./perceptual-path-length.ts";
export { radialPowerSpectrum, spectrumDistance } from "./radial-spectrum.ts";
export { type PixelErrors, pixelErrors } from "./similarity/pixel-errors.ts";
export { type SsimConvention, type SsimConventionName, ssimConventions } from "./similarity/ssim-conventions.ts";
export { gaussianWindow, type SsimWindow, uniformWindow } from "./similarity/ssim-window.ts";
export {
  fittingScales,
  type MsSsimOptions,
  msSsimWeights,
  multiScaleSimilarity,
  type SsimImage,
  type SsimOptions,
  structuralSimilarity,
} from "./similarity/structural-similarity.ts";
export {
  originOf,
  type ReadStatisticsOptions,
  readStatistics,
  type StatisticsFile,
  type StatisticsOrigin,
  writeStatistics,
} from "./statistics-file.ts";
export { createShardSum, SHARD_SIZE, type ShardSum, type StatisticsShard, statisticsShard } from "./statistics-shard.ts";
export { type StyleGanPreset, styleGanPresets } from "./stylegan-presets.ts";
