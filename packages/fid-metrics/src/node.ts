export { type CachedFeaturesOptions, cachedFeatures } from "./node/feature-cache.ts";
export {
  pytorchFidWeights,
  type ResolvedInceptionWeights,
  type ResolveInceptionWeightsOptions,
  resolveInceptionWeights,
} from "./node/resolve-inception-weights.ts";
export {
  type CachedStatisticsOptions,
  cachedStatistics,
  readStatisticsFile,
  writeStatisticsFile,
} from "./node/statistics-cache.ts";
