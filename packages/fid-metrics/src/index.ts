export { type Comparison, compareEvaluations } from "./compare-evaluations.ts";
export { createStatistics, type StatisticsAccumulator } from "./create-statistics.ts";
export {
  type EvaluateOptions,
  type Evaluation,
  type EvaluationProtocol,
  type EvaluationSide,
  evaluate,
} from "./evaluate.ts";
export type { ExtractionProgress, ExtractOptions, FeatureExtractor } from "./extractor.ts";
export { createRandomConvolutionExtractor, type RandomConvolutionOptions } from "./extractors/random-convolution.ts";
export { featureStatistics, mergeStatistics } from "./feature-statistics.ts";
export { type Features, joinFeatures, selectFeatures } from "./features.ts";
export { frechetDistance, frechetDistanceFromFeatures } from "./frechet-distance.ts";
export { type ImageArray, type ImageSource, type Images, quantiseImages } from "./images.ts";
export {
  createInceptionExtractor,
  type InceptionExtractor,
  type InceptionExtractorOptions,
} from "./inception/inception-extractor.ts";
export { type InceptionMode, type InceptionModeName, inceptionModes } from "./inception/modes.ts";
export { type InceptionTap, inceptionTaps, inceptionTensors } from "./inception/network.ts";
export { type Kernel, type KernelDistanceOptions, kernelDistance } from "./kernel-distance.ts";
export {
  type KernelDistanceEstimate,
  type KernelDistanceSubsetsOptions,
  kernelDistanceBlocks,
  kernelDistanceSubsets,
  type SubsetIndices,
} from "./kernel-distance-subsets.ts";
export { formatMetricLine, type MetricLine, parseMetricLines } from "./metric-line.ts";
export { builtinMetrics, createMetricRegistry } from "./metrics/index.ts";
export { defineKidSubsets } from "./metrics/kid.ts";
export type { Metric } from "./metrics/metric.ts";
export type { FeatureStatistics, Moments } from "./moments.ts";
export { pairwiseDistance } from "./pairwise-distance.ts";
export {
  originOf,
  type ReadStatisticsOptions,
  readStatistics,
  type StatisticsFile,
  type StatisticsOrigin,
  writeStatistics,
} from "./statistics-file.ts";
export { createShardSum, SHARD_SIZE, type ShardSum, type StatisticsShard, statisticsShard } from "./statistics-shard.ts";
