import type { MultiplyMatricesOptions, SymmetricEigen } from "array-kernels";
import { expect, UsageError } from "repro-kit";
import type { FeatureStatistics } from "./moments.ts";

/** Linear algebra of this thread, or of others. */
export interface Algebra {
  multiplyMatrices(a: Float64Array, b: Float64Array, options: MultiplyMatricesOptions): Answer<Float64Array>;
  productEigenvalues(a: Float64Array, b: Float64Array, n: number): Answer<Float64Array>;
  singularValues(matrix: Float64Array, rows: number, columns: number): Answer<Float64Array>;
  symmetricEigen(matrix: Float64Array, n: number): Answer<SymmetricEigen>;
}

type Answer<R> = R | Promise<R>;
type Question<R> = (algebra: Algebra) => Answer<R>;

/** Steps of a computation that asks for linear algebra, is given the answers or what was thrown, and returns a value. */
export type AlgebraSteps<R> = Generator<Question<unknown>, R, unknown>;

function* ask<R>(question: Question<R>): AlgebraSteps<R> {
  return (yield question) as R; // whoever runs the steps answers the question
}

/** Sum of singular values of A·Bᵀ for factors of [rows, dimension] and [columns, dimension]. */
export function* factorOverlap(
  a: Float64Array,
  b: Float64Array,
  { rows, columns, dimension }: { rows: number; columns: number; dimension: number },
): AlgebraSteps<number> {
  const shape = { m: rows, k: dimension, n: columns, transposeB: true };
  const product = yield* ask(({ multiplyMatrices }) => multiplyMatrices(a, b, shape));
  const values = yield* ask(({ singularValues }) => singularValues(product, rows, columns));
  return values.reduce((sum, value) => sum + value, 0);
}

/** The largest error that rounding may leave in the overlap, of the traces. */
const ACCURACY = 1e-9;
/** Below zero by more than this, of the largest, an eigenvalue is none of a covariance: what float32 programs leave is 1e-6. */
const INDEFINITE = 1e-4;
/** What rounding changes an eigenvalue of S₁S₂ by, of ‖S₁‖·‖S₂‖ (Frobenius norms). */
const ROUNDING = 4 * Number.EPSILON;

/**
 * tr (S₁S₂)^½ of two covariances.
 *
 * Two ways: Σ√λ over the eigenvalues of S₁S₂, which are those of LᵀS₂L with S₁ = LLᵀ; rounding by δ changes √λ by
 * min(√δ, δ/2√λ), so that this is exact enough where few eigenvalues are near zero. Else the nuclear norm ‖F₁F₂ᵀ‖_* of factors
 * S = FᵀF with F = Λ^½Vᵀ over the min(D, n − 1) largest eigenvalues (the others are rounding of zero), six times the work. Features
 * that do not vary in one of the sets are left out first.
 *
 * @throws UsageError for a matrix that is no covariance: an eigenvalue lies below zero by more than rounding.
 */
export function* covarianceOverlap(real: FeatureStatistics, generated: FeatureStatistics): AlgebraSteps<number> {
  const varying = varyingFeatures(real, generated);
  const n = varying.length;
  if (n === 0) return 0;
  const [a, b] = [real, generated].map((side) => restrict(side, varying));
  if (real.count > n && generated.count > n) {
    const overlap = yield* rootOverlap(a, b, n);
    if (overlap !== undefined) return overlap;
  }
  const first = yield* eigenFactor(a, { side: "real", n, count: real.count });
  const second = yield* eigenFactor(b, { side: "generated", n, count: generated.count });
  return yield* factorOverlap(first.data, second.data, { rows: first.rank, columns: second.rank, dimension: n });
}

/** Σ√λ, or undefined where S₁ is singular or rounding is too large. */
function* rootOverlap(a: Float64Array, b: Float64Array, n: number): AlgebraSteps<number | undefined> {
  let values: Float64Array;
  try {
    values = yield* ask(({ productEigenvalues }) => productEigenvalues(a, b, n));
  } catch (error) {
    if (UsageError.isInstance(error)) return undefined; // not definite; what else is wrong the other way tells too
    throw error;
  }
  const delta = ROUNDING * norm(a) * norm(b);
  let [sum, error] = [0, 0];
  for (const value of values) {
    if (value < -n * delta) return undefined; // no product of covariances: the other way tells which
    const root = Math.sqrt(Math.max(0, value));
    sum += root;
    error += Math.min(Math.sqrt(delta), delta / (2 * root));
  }
  let traces = 0;
  for (let i = 0; i < n; i++) traces += a[i * n + i] + b[i * n + i];
  return error <= ACCURACY * traces ? sum : undefined;
}

/** Rows √λ_j v_jᵀ of the largest min(D, count − 1) eigenpairs: FᵀF is the covariance. */
function* eigenFactor(
  covariance: Float64Array,
  { side, n, count }: { readonly side: string; readonly n: number; readonly count: number },
): AlgebraSteps<{ readonly data: Float64Array; readonly rank: number }> {
  const { values, vectors } = yield* ask(({ symmetricEigen }) => symmetricEigen(covariance, n));
  if (!vectors) throw new Error("bug: symmetricEigen returned no vectors.");
  expect(
    values[0] >= -INDEFINITE * Math.max(Math.abs(values[0]), values[n - 1]),
    "frechetDistance",
    () => `${side} statistics hold no covariance: it has the eigenvalue ${Number(values[0].toPrecision(4))}. Make them anew.`,
  );
  const rank = Math.min(n, count - 1);
  const data = new Float64Array(rank * n);
  for (let row = 0; row < rank; row++) {
    const j = n - 1 - row; // values ascend
    const scale = Math.sqrt(Math.max(0, values[j]));
    for (let i = 0; i < n; i++) data[row * n + i] = scale * vectors[i * n + j];
  }
  return { data, rank };
}

/** Indices of the features whose variance is above 0 on both sides. */
function varyingFeatures(real: FeatureStatistics, generated: FeatureStatistics): number[] {
  const { dimension } = real;
  const varies = ({ covariance }: FeatureStatistics, i: number): boolean => covariance[i * dimension + i] > 0;
  return Array.from({ length: dimension }, (_, i) => i).filter((i) => varies(real, i) && varies(generated, i));
}

/** Rows and columns of the given indices. */
function restrict({ dimension, covariance }: FeatureStatistics, indices: readonly number[]): Float64Array {
  const n = indices.length;
  if (n === dimension) return covariance;
  const part = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) part[i * n + j] = covariance[indices[i] * dimension + indices[j]];
  return part;
}

function norm(matrix: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < matrix.length; i++) sum += matrix[i] * matrix[i];
  return Math.sqrt(sum);
}
