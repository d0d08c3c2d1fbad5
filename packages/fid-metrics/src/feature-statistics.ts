import { expect } from "repro-kit";
import { createStatistics } from "./create-statistics.ts";
import { checkFeatures, type Features } from "./features.ts";
import { type FeatureStatistics, type Moments, mergeMoments, statisticsOf } from "./moments.ts";

/**
 * Mean m = Σx/n and covariance Σ(x − m)(x − m)ᵀ/(n − 1), summed in the fixed tree of `createStatistics`: the same bits as
 * streamed in any batches.
 *
 * @param features - At least two finite feature vectors.
 * @throws UsageError for fewer than two features, or NaN or infinite values. O(count · dimension²).
 */
export function featureStatistics(features: Features): FeatureStatistics {
  checkFeatures("featureStatistics", "features", features);
  const statistics = createStatistics(features.dimension);
  statistics.add(features);
  return statistics.result();
}

/**
 * Statistics of the union of two sets: with δ = m_b − m_a, scatter = scatter_a + scatter_b + δδᵀ·n_a·n_b/(n_a + n_b).
 *
 * @throws UsageError if the dimensions differ.
 * @see Chan, Golub, LeVeque 1983, "Algorithms for computing the sample variance", eq. (2.1).
 */
export function mergeStatistics(a: FeatureStatistics, b: FeatureStatistics): FeatureStatistics {
  return statisticsOf(mergeMoments(toMoments(a), toMoments(b)));
}

function toMoments({ count, dimension, mean, covariance }: FeatureStatistics): Moments {
  expect(Number.isFinite(count), "mergeStatistics", "the number of features must be known; got statistics that do not say it.");
  return { count, dimension, mean, scatter: covariance.map((value) => value * (count - 1)) };
}
