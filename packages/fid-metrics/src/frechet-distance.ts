import { multiplyMatrices, singularValues, symmetricEigen } from "array-kernels";
import { expect } from "repro-kit";
import { featureStatistics } from "./feature-statistics.ts";
import { checkPair, type Features } from "./features.ts";
import { centreFeatures, type FeatureStatistics } from "./moments.ts";

/**
 * Fréchet distance between two Gaussians, ‖m₁ − m₂‖² + tr S₁ + tr S₂ − 2 tr (S₁S₂)^½.
 *
 * The last trace is the nuclear norm ‖F₁ᵀF₂‖_* of any factors S = FFᵀ, here F = VΛ^½ over the min(D, n − 1) largest
 * eigenvalues (the others are rounding of zero). So it is real, symmetric in its arguments and needs no ε on the diagonal;
 * a distance to itself is 0 within 1e-6 of the traces. O(D³).
 *
 * @param real - Statistics of at least two features.
 * @param generated - The same, of the same dimension.
 * @returns A number ≥ 0 but for rounding.
 * @throws UsageError for fewer than two samples, unlike dimensions, NaN or infinite entries.
 * @see Heusel et al. 2017, arXiv:1706.08500, eq. (6); Dowson, Landau 1982, J. Multivariate Anal. 12, eq. (4).
 */
export function frechetDistance(real: FeatureStatistics, generated: FeatureStatistics): number {
  checkStatistics(real, generated);
  const { dimension } = real;
  const a = factor(real);
  const b = factor(generated);
  const product = multiplyMatrices(a.data, b.data, { m: a.rank, k: dimension, n: b.rank, transposeB: true });
  const overlap = nuclearNorm(product, a.rank, b.rank);
  return squaredDistance(real.mean, generated.mean) + trace(real) + trace(generated) - 2 * overlap;
}

/**
 * Fréchet distance straight from features. With fewer samples than dimensions the covariances are never formed: with centred
 * rows A and B, tr (S₁S₂)^½ = ‖ABᵀ‖_* / √((n₁ − 1)(n₂ − 1)), an n₁ × n₂ matrix, exact where a matrix square root is not.
 *
 * @param real - n₁ ≥ 2 features.
 * @param generated - n₂ ≥ 2 features of the same dimension.
 * @throws UsageError as `frechetDistance`. O(n₁n₂(D + min(n₁, n₂))) when n₁ or n₂ < D, else O((n₁ + n₂)D² + D³).
 */
export function frechetDistanceFromFeatures(real: Features, generated: Features): number {
  checkPair("frechetDistance", real, generated);
  const { dimension } = real;
  if (real.count >= dimension && generated.count >= dimension)
    return frechetDistance(featureStatistics(real), featureStatistics(generated));
  const a = centreFeatures(real);
  const b = centreFeatures(generated);
  const shape = { m: real.count, k: dimension, n: generated.count, transposeB: true };
  const product = multiplyMatrices(a.centred, b.centred, shape); // [n₁, n₂]
  const overlap = nuclearNorm(product, real.count, generated.count) / Math.sqrt((real.count - 1) * (generated.count - 1));
  const spread = sumOfSquares(a.centred) / (real.count - 1) + sumOfSquares(b.centred) / (generated.count - 1);
  return squaredDistance(a.mean, b.mean) + spread - 2 * overlap;
}

function checkStatistics(real: FeatureStatistics, generated: FeatureStatistics): void {
  const scope = "frechetDistance";
  const [d1, d2] = [real.dimension, generated.dimension];
  expect(d1 === d2, scope, `feature dimensions differ: real has ${d1}, generated has ${d2}.`);
  for (const [side, { count, dimension, mean, covariance }] of Object.entries({ real, generated })) {
    expect(count >= 2, scope, `${side} needs at least 2 samples; got ${count}.`);
    const isShaped = mean.length === dimension && covariance.length === dimension ** 2;
    expect(isShaped, scope, `${side} must hold a mean of ${dimension} and a covariance of ${dimension}² numbers.`);
    const areFinite = mean.every(Number.isFinite) && covariance.every(Number.isFinite);
    expect(areFinite, scope, `${side} statistics hold NaN or infinite values. Look at the features that they came from.`);
  }
}

/** Rows √λ_j v_jᵀ of the largest min(D, n − 1) eigenpairs: FᵀF is the covariance. */
function factor({ count, dimension, covariance }: FeatureStatistics): { data: Float64Array; rank: number } {
  const { values, vectors } = symmetricEigen(covariance, dimension, { vectors: true });
  if (!vectors) throw new Error("bug: symmetricEigen returned no vectors.");
  const rank = Math.min(dimension, count - 1);
  const data = new Float64Array(rank * dimension);
  for (let row = 0; row < rank; row++) {
    const j = dimension - 1 - row; // values ascend
    const scale = Math.sqrt(Math.max(0, values[j]));
    for (let i = 0; i < dimension; i++) data[row * dimension + i] = scale * vectors[i * dimension + j];
  }
  return { data, rank };
}

const nuclearNorm = (matrix: Float64Array, rows: number, columns: number): number =>
  singularValues(matrix, rows, columns).reduce((sum, value) => sum + value, 0);

function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum;
}

function sumOfSquares(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  return sum;
}

function trace({ dimension, covariance }: FeatureStatistics): number {
  let sum = 0;
  for (let i = 0; i < dimension; i++) sum += covariance[i * dimension + i];
  return sum;
}
