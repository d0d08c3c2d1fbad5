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
