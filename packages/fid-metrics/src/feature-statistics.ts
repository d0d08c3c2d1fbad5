import { multiplyMatrices } from "array-kernels";
import { expect } from "repro-kit";
import { checkFeatures, type Features } from "./features.ts";

/** Mean and unbiased covariance of a feature set, in float64. */
export interface FeatureStatistics {
  readonly count: number;
  readonly dimension: number;
  /** [dimension] */
  readonly mean: Float64Array;
  /** [dimension, dimension], row-major, divided by count − 1. */
  readonly covariance: Float64Array;
}

/** Takes features batch by batch; memory does not grow with their number. */
export interface StatisticsAccumulator {
  readonly count: number;
  add(features: Features): void;
  /** @throws UsageError below two features. */
  result(): FeatureStatistics;
}

/**
 * Mean m = Σx/n and covariance Σ(x − m)(x − m)ᵀ/(n − 1).
 *
 * @param features - At least two finite feature vectors.
 * @throws UsageError for fewer than two features, or NaN or infinite values. O(count · dimension²).
 */
export function featureStatistics(features: Features): FeatureStatistics {
  checkFeatures("featureStatistics", "features", features);
  const { count, dimension } = features;
  const { mean, centred } = centreFeatures(features);
  const covariance = multiplyMatrices(centred, centred, { m: dimension, k: count, n: dimension, transposeA: true });
  for (let i = 0; i < covariance.length; i++) covariance[i] /= count - 1;
  return { count, dimension, mean, covariance };
}

/** Mean of each column, and the rows with it taken off. */
export function centreFeatures({ count, dimension, data }: Features): { mean: Float64Array; centred: Float64Array } {
  const mean = new Float64Array(dimension);
  for (let i = 0; i < count; i++) for (let j = 0; j < dimension; j++) mean[j] += data[i * dimension + j];
  for (let j = 0; j < dimension; j++) mean[j] /= count;
  const centred = new Float64Array(data.length);
  for (let i = 0; i < count; i++)
    for (let j = 0; j < dimension; j++) centred[i * dimension + j] = data[i * dimension + j] - mean[j];
  return { mean, centred };
}

/**
 * Statistics of the union of two sets: with δ = m_b − m_a, scatter = scatter_a + scatter_b + δδᵀ·n_a·n_b/(n_a + n_b).
 *
 * @throws UsageError if the dimensions differ.
 * @see Chan, Golub, LeVeque 1983, "Algorithms for computing the sample variance", eq. (2.1).
 */
export function mergeStatistics(a: FeatureStatistics, b: FeatureStatistics): FeatureStatistics {
  const merged = mergeMoments(toMoments(a), toMoments(b));
  return fromMoments(merged);
}

/**
 * Streaming statistics. The result depends on the batches only by rounding (below 1e-13 relative); the same batches in the
 * same order give the same bits.
 *
 * @param dimension - Length of a feature vector.
 */
export function createStatistics(dimension: number): StatisticsAccumulator {
  let moments: Moments | undefined;
  return {
    get count() {
      return moments?.count ?? 0;
    },
    add(features) {
      checkFeatures("createStatistics", "features", features, 1);
      expect(features.dimension === dimension, "createStatistics", `expected dimension ${dimension}; got ${features.dimension}.`);
      const { mean, centred } = centreFeatures(features);
      const { count } = features;
      const scatter = multiplyMatrices(centred, centred, { m: dimension, k: count, n: dimension, transposeA: true });
      const added = { count, dimension, mean, scatter };
      moments = moments ? mergeMoments(moments, added) : added;
    },
    result() {
      expect(moments && moments.count >= 2, "createStatistics", `at least 2 features are needed; got ${moments?.count ?? 0}.`);
      return fromMoments(moments);
    },
  };
}

/** Sums instead of averages, so that a single feature is allowed. */
interface Moments {
  readonly count: number;
  readonly dimension: number;
  readonly mean: Float64Array;
  readonly scatter: Float64Array;
}

const toMoments = ({ count, dimension, mean, covariance }: FeatureStatistics): Moments => ({
  count,
  dimension,
  mean,
  scatter: covariance.map((value) => value * (count - 1)),
});

const fromMoments = ({ count, dimension, mean, scatter }: Moments): FeatureStatistics => ({
  count,
  dimension,
  mean: mean.slice(),
  covariance: scatter.map((value) => value / (count - 1)),
});

function mergeMoments(a: Moments, b: Moments): Moments {
  const { dimension } = a;
  expect(dimension === b.dimension, "mergeStatistics", `feature dimensions differ: ${dimension} and ${b.dimension}.`);
  const count = a.count + b.count;
  const delta = b.mean.map((value, j) => value - a.mean[j]);
  const mean = a.mean.map((value, j) => value + (delta[j] * b.count) / count);
  const weight = (a.count * b.count) / count;
  const scatter = new Float64Array(dimension * dimension);
  for (let i = 0; i < dimension; i++)
    for (let j = 0; j < dimension; j++) {
      const k = i * dimension + j;
      scatter[k] = a.scatter[k] + b.scatter[k] + weight * delta[i] * delta[j];
    }
  return { count, dimension, mean, scatter };
}
