import { expect } from "repro-kit";
import { checkMatrix, checkSize, checkSymmetric, powerOfTwoBelow } from "./check-matrix.ts";
import { type KernelJob, type KernelSteps, layOut, runSteps, sharedKernels } from "./kernel-job.ts";

/**
 * Eigenvalues of the product A·B of a positive definite A and a symmetric B, which are real: those of LᵀBL with A = L·Lᵀ. One Cholesky
 * factor, half a matrix product twice, and the eigenvalues of one symmetric matrix; |λ − exact| is a small multiple of ε·‖A‖·‖B‖.
 *
 * @param a - [n, n] row-major, symmetric positive definite (its lower triangle is used), finite.
 * @param b - [n, n] row-major, symmetric, finite.
 * @returns the n eigenvalues in ascending order; where B is positive semidefinite too, those of rounding may be below 0.
 * @throws UsageError when A is not positive definite (the message names the pivot), or a matrix is not symmetric, not finite or of a
 *   wrong length.
 * @see LAPACK dsygv with itype 2; Golub and Van Loan, Matrix Computations, 4th ed., section 8.7.
 */
export function productEigenvalues(a: Float64Array, b: Float64Array, n: number): Float64Array {
  return runSteps(productEigenSteps(a, b, n));
}

/** The steps of `productEigenvalues`: one job. */
export function* productEigenSteps(a: Float64Array, b: Float64Array, n: number): KernelSteps<Float64Array> {
  const scope = "productEigenvalues";
  checkSize(scope, "n", n);
  const [left, right] = Object.entries({ a, b }).map(([name, matrix]) => {
    const largest = checkMatrix(scope, name, matrix, n, n);
    checkSymmetric(scope, name, matrix, n, largest);
    const scale = largest > 1 / farFromOne && largest < farFromOne ? 1 : powerOfTwoBelow(largest);
    return { data: scale === 1 ? matrix : matrix.map((value) => value / scale), scale, largest: largest / scale };
  });
  const { failed, failedCall, blocks } = yield (members) => productJob({ left, right, n, members });
  const message = () => `expected a to be positive definite; pivot ${failed} of ${n} is not above rounding.`;
  expect(failedCall !== "cholesky", scope, () => `${message()} Take the singular values of a product of factors instead.`);
  if (failed >= 0) throw new Error(`bug: eigenvalue ${failed} of ${n} did not converge.`);
  return blocks[0].sort().map((value) => value * left.scale * right.scale);
}

// Within this, no product of entries is lost to underflow or overflow.
const farFromOne = 2 ** 64;

interface Side {
  readonly data: Float64Array;
  readonly largest: number;
}

function productJob({ left: a, right: b, n, members }: { left: Side; right: Side; n: number; members: number }): KernelJob {
  const sizes = sharedKernels();
  const work = Math.max(n * n, sizes.tridiagonalizeWorkLength(n));
  const { bytes, addresses } = layOut([n * n, n * n, work, n, n, n, sizes.gemmWorkBytes(n, members) / 8]);
  const [left, right, product, d, e, tau, gemmWork] = addresses;
  return {
    bytes,
    writes: [
      { address: left, data: a.data },
      { address: right, data: b.data },
    ],
    calls: [
      { name: "cholesky", args: [n, left, n * Number.EPSILON * a.largest, gemmWork], team: true },
      { name: "congruence", args: [n, left, right, product, gemmWork], team: true },
      { name: "tridiagonalize", args: [n, right, d, e, tau, product, gemmWork], team: true },
      { name: "implicitQl", args: [n, d, e, 0, 0, 0] },
    ],
    reads: [{ address: d, length: n }],
  };
}
