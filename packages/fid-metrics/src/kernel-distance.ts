import { checkOptions, expect } from "repro-kit";
import { checkPair, type Features } from "./features.ts";
import { type Kernel, kernelTiles } from "./kernel-tiles.ts";

export interface KernelDistanceOptions {
  /** Default "polynomial", the kernel of KID. */
  readonly kernel?: Kernel;
}

/**
 * Unbiased squared MMD between two feature sets,
 * Σ_{i≠j} k(x_i, x_j)/m(m−1) + Σ_{i≠j} k(y_i, y_j)/n(n−1) − 2 Σ_ij k(x_i, y_j)/mn.
 * Zero in expectation when the sets share a distribution; may be slightly negative. With the default kernel it is KID.
 * O((m + n)² · dimension) time as matrix products, constant memory.
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
  checkKernel("kernelDistance", kernel);
  return unbiasedDistance(real, generated, kernel);
}

/** @throws UsageError for a Gaussian without a width. */
export function checkKernel(scope: string, kernel: Kernel): void {
  const isUsable = kernel === "polynomial" || kernel.gaussianSigma > 0;
  expect(isUsable, scope, () => `gaussianSigma must be positive; got ${(kernel as { gaussianSigma: number }).gaussianSigma}.`);
}

/** `kernelDistance` of what is checked. */
export function unbiasedDistance(real: Features, generated: Features, kernel: Kernel): number {
  const { count: m } = real;
  const { count: n } = generated;
  return (
    (2 * sumPairs(real, kernel)) / (m * (m - 1)) +
    (2 * sumPairs(generated, kernel)) / (n * (n - 1)) -
    (2 * sumAcross(real, generated, kernel)) / (m * n)
  );
}

/** Σ_{i<j} k(a_i, a_j). */
function sumPairs(a: Features, kernel: Kernel): number {
  let sum = 0;
  for (const { row, rows, column, columns, values } of kernelTiles(a, a, kernel))
    for (let i = 0; i < rows; i++) {
      let rowSum = 0;
      for (let j = Math.max(0, row + i + 1 - column); j < columns; j++) rowSum += values[i * columns + j];
      sum += rowSum;
    }
  return sum;
}

/** Σ_ij k(a_i, b_j). */
function sumAcross(a: Features, b: Features, kernel: Kernel): number {
  let sum = 0;
  // A copy of the wrapper: the same object would ask for half of the tiles.
  for (const { rows, columns, values } of kernelTiles({ ...a }, b, kernel))
    for (let i = 0; i < rows; i++) {
      let rowSum = 0;
      for (let j = 0; j < columns; j++) rowSum += values[i * columns + j];
      sum += rowSum;
    }
  return sum;
}
