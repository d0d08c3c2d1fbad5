import { expect } from "repro-kit";
import { checkMatrix, checkSize, checkSymmetric } from "./check-matrix.ts";
import { type KernelSteps, layOut, runSteps, sharedKernels } from "./kernel-job.ts";

/**
 * Cholesky factor of a symmetric positive definite matrix: A = L·Lᵀ.
 *
 * @param matrix - [n, n] row-major, symmetric (its lower triangle is used), finite.
 * @returns L [n, n], lower triangular, zeros above its positive diagonal.
 * @throws UsageError when the matrix is not positive definite (the message names the pivot), not symmetric, not finite or of a wrong length.
 * @see Golub and Van Loan, Matrix Computations, 4th ed., section 4.2.5.
 */
export function cholesky(matrix: Float64Array, n: number): Float64Array {
  return runSteps(choleskySteps(matrix, n));
}

/**
 * x of A·x = b, by A's Cholesky factor: L·y = b, then Lᵀ·x = y.
 *
 * @param factor - L [n, n] of `cholesky`.
 * @param b - [n].
 * @returns x [n]. Cost: 2·n² operations.
 * @throws UsageError if L has not n² values.
 * @see Golub and Van Loan, Matrix Computations, 4th ed., sections 3.1.1 and 4.2.5.
 */
export function solveCholesky(factor: Float64Array, b: ArrayLike<number>): Float64Array {
  const x = Float64Array.from(b);
  const n = x.length;
  expect(
    factor.length === n * n,
    "solveCholesky",
    `the factor must be [${n}, ${n}], as b has ${n} values; it has ${factor.length}.`,
  );
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < row; column++) x[row] -= factor[row * n + column] * x[column];
    x[row] /= factor[row * n + row];
  }
  for (let row = n - 1; row >= 0; row--) {
    for (let column = row + 1; column < n; column++) x[row] -= factor[column * n + row] * x[column];
    x[row] /= factor[row * n + row];
  }
  return x;
}

/** The steps of `cholesky`: one job. */
export function* choleskySteps(matrix: Float64Array, n: number): KernelSteps<Float64Array> {
  const scope = "cholesky";
  checkSize(scope, "n", n);
  const largest = checkMatrix(scope, "matrix", matrix, n, n);
  checkSymmetric(scope, "matrix", matrix, n, largest);
  const { failed, blocks } = yield (members) => {
    const { bytes, addresses } = layOut([n * n, sharedKernels().gemmWorkBytes(n, members) / 8]);
    const [address, gemmWork] = addresses;
    return {
      bytes,
      writes: [{ address, data: matrix }],
      calls: [{ name: "cholesky", args: [n, address, 0, gemmWork], team: true }],
      reads: [{ address, length: n * n }],
    };
  };
  const fix = "Add a small multiple of the identity, or check that it is a covariance.";
  expect(failed < 0, scope, () => `expected a positive definite matrix; pivot ${failed} of ${n} is not positive. ${fix}`);
  return blocks[0];
}
