import { multiplyMatrices } from "array-kernels";
import { checkOptions, expect } from "repro-kit";
import { checkPair, type Features } from "./features.ts";

/** A kernel k(x, y) as data: polynomial (x·y/d + 1)³, or Gaussian exp(−‖x − y‖²/2σ²). */
export type Kernel = "polynomial" | { readonly gaussianSigma: number };

export interface KernelDistanceOptions {
  /** Default "polynomial", the kernel of KID. */
  readonly kernel?: Kernel;
}

/** Rows of the kernel matrix that are held at once: 128 × 10 000 float64 are 10 MB. */
const TILE_ROWS = 128;

/**
 * Unbiased squared MMD between two feature sets,
 * Σ_{i≠j} k(x_i, x_j)/m(m−1) + Σ_{i≠j} k(y_i, y_j)/n(n−1) − 2 Σ_ij k(x_i, y_j)/mn.
 * Zero in expectation when the sets share a distribution; may be slightly negative. With the default kernel it is KID.
 * O((m + n)² · dimension) time as matrix products.
 *
 * @param real - m ≥ 2 features.
 * @param generated - n ≥ 2 features of the same dimension.
 * @throws UsageError if the dimensions differ, a set has fewer than two features, or a value is not finite.
 * @see Bińkowski et al. 2018, arXiv:1801.01401 (KID); Gretton et al. 2012, JMLR 13, eq. (3) (estimator).
 */
export function kernelDistance(real: Features, generated: Features, options: KernelDistanceOptions = {}): number {
  checkOptions("kernelDistance", options, ["kernel"]);
  checkPair("kernelDistance", real, generated);
  const { kernel = "polynomial" } = options;
  if (kernel !== "polynomial")
    expect(kernel.gaussianSigma > 0, "kernelDistance", `gaussianSigma must be positive; got ${kernel.gaussianSigma}.`);

  const { count: m } = real;
  const { count: n } = generated;
  return (
    (2 * sumPairs(real, kernel)) / (m * (m - 1)) +
    (2 * sumPairs(generated, kernel)) / (n * (n - 1)) -
    (2 * sumAcross(real, generated, kernel)) / (m * n)
  );
}

/** Σ_{i<j} k(a_i, a_j): half of the symmetric matrix, tile by tile. */
function sumPairs(a: Features, kernel: Kernel): number {
  const evaluate = evaluator(a, a, kernel);
  let sum = 0;
  for (let start = 0; start < a.count; start += TILE_ROWS) {
    const { dots, rows, columns } = products(a, start, a, start);
    for (let i = 0; i < rows; i++) {
      let rowSum = 0;
      for (let j = i + 1; j < columns; j++) rowSum += evaluate(dots[i * columns + j], start + i, start + j);
      sum += rowSum;
    }
  }
  return sum;
}

/** Σ_ij k(a_i, b_j). */
function sumAcross(a: Features, b: Features, kernel: Kernel): number {
  const evaluate = evaluator(a, b, kernel);
  let sum = 0;
  for (let start = 0; start < a.count; start += TILE_ROWS) {
    const { dots, rows, columns } = products(a, start, b, 0);
    for (let i = 0; i < rows; i++) {
      let rowSum = 0;
      for (let j = 0; j < columns; j++) rowSum += evaluate(dots[i * columns + j], start + i, j);
      sum += rowSum;
    }
  }
  return sum;
}

/** Inner products of a tile of a, from row `start` on, with the rows of b from `from` on: [rows, columns]. */
function products(a: Features, start: number, b: Features, from: number): { dots: Float64Array; rows: number; columns: number } {
  const { dimension: d } = a;
  const rows = Math.min(TILE_ROWS, a.count - start);
  const columns = b.count - from;
  const tile = a.data.subarray(start * d, (start + rows) * d);
  const dots = multiplyMatrices(tile, b.data.subarray(from * d), { m: rows, k: d, n: columns, transposeB: true });
  return { dots, rows, columns };
}

/** The kernel of rows i and j as a function of their inner product. */
function evaluator(a: Features, b: Features, kernel: Kernel): (dot: number, i: number, j: number) => number {
  if (kernel === "polynomial") {
    const scale = 1 / a.dimension;
    return (dot) => {
      const base = dot * scale + 1;
      return base * base * base;
    };
  }
  const [normsA, normsB] = [squaredNorms(a), squaredNorms(b)];
  const scale = -1 / (2 * kernel.gaussianSigma ** 2);
  return (dot, i, j) => Math.exp((normsA[i] + normsB[j] - 2 * dot) * scale);
}

function squaredNorms({ count, dimension, data }: Features): Float64Array {
  const norms = new Float64Array(count);
  for (let i = 0; i < count; i++) for (let j = 0; j < dimension; j++) norms[i] += data[i * dimension + j] ** 2;
  return norms;
}
