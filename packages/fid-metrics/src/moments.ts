import { expect } from "repro-kit";
import type { Features } from "./features.ts";

/** Mean and unbiased covariance of a feature set, in float64. */
export interface FeatureStatistics {
  /** Features that it was made from; Infinity where a file does not say it. */
  readonly count: number;
  readonly dimension: number;
  /** [dimension] */
  readonly mean: Float64Array;
  /** [dimension, dimension], row-major, divided by count − 1. */
  readonly covariance: Float64Array;
}

/** Sums instead of averages, so that a single feature is allowed. */
export interface Moments {
  readonly count: number;
  readonly dimension: number;
  /** [dimension] */
  readonly mean: Float64Array;
  /** Σ(x − mean)(x − mean)ᵀ, [dimension, dimension], row-major. */
  readonly scatter: Float64Array;
}

export const statisticsOf = ({ count, dimension, mean, scatter }: Moments): FeatureStatistics => ({
  count,
  dimension,
  mean: mean.slice(),
  covariance: scatter.map((value) => value / (count - 1)),
});

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
 * Moments of the union: with δ = m_b − m_a, scatter = scatter_a + scatter_b + δδᵀ·n_a·n_b/(n_a + n_b).
 *
 * @throws UsageError if the dimensions differ.
 * @see Chan, Golub, LeVeque 1983, "Algorithms for computing the sample variance", eq. (2.1).
 */
export function mergeMoments(a: Moments, b: Moments): Moments {
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
