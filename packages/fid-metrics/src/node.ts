export { type DownloadProgress, type PublishedWeights, pytorchFidWeights } from "./node/download-weights.ts";
export { type CachedFeaturesOptions, cachedFeatures } from "./node/feature-cache.ts";
export {
  type ResolvedInceptionWeights,
  type ResolveInceptionWeightsOptions,
  resolveInceptionWeights,
} from "./node/resolve-inception-weights.ts";
