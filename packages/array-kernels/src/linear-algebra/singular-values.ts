import { checkMatrix, checkSize, powerOfTwoBelow } from "./check-matrix.ts";
import { type KernelSteps, layOut, runSteps, sharedKernels } from "./kernel-job.ts";

// Off-diagonals of the Golub–Kahan matrix below this share of its norm are dropped: no more than the bidiagonalisation's own error.
const negligible = Number.EPSILON / 4;

/**
 * Singular values of a matrix of any shape: Householder bidiagonalisation in blocks, then QL sweeps on the Golub–Kahan matrix, whose
 * eigenvalues are ±σ. No product AᵀA is formed: |σ − exact| is a small multiple of ε·σ_max for every σ, the zero ones too.
 *
 * @param matrix - [rows, columns] row-major, finite.
 * @returns the min(rows, columns) values in descending order.
 * @throws UsageError on a wrong length or an entry that is not finite.
 * @see Golub and Van Loan, Matrix Computations, 4th ed., sections 5.4.8 and 8.6.1; LAPACK dgebrd.
 */
export function singularValues(matrix: Float64Array, rows: number, columns: number): Float64Array {
  return runSteps(singularSteps(matrix, rows, columns));
}

/** The steps of `singularValues`: one job. */
export function* singularSteps(matrix: Float64Array, rows: number, columns: number): KernelSteps<Float64Array> {
  const scope = "singularValues";
  checkSize(scope, "rows", rows);
  checkSize(scope, "columns", columns);
  const scale = powerOfTwoBelow(checkMatrix(scope, "matrix", matrix, rows, columns));
  const [m, n] = rows >= columns ? [rows, columns] : [columns, rows];
  const tall = matrix.map((value) => value / scale);
  if (rows < columns) for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) tall[j * n + i] = matrix[i * m + j] / scale;

  const sizes = sharedKernels();
  const lengths = [m * n, n, n, 2 * n, 2 * n, sizes.bidiagonalizeWorkLength(m, n), sizes.gemmWorkBytes(n, 1) / 8];
  const { bytes, addresses } = layOut(lengths);
  const [a, d, e, values, couplings, work, gemmWork] = addresses;
  const { failed, blocks } = yield () => ({
    bytes,
    writes: [{ address: a, data: tall }],
    calls: [
      { name: "bidiagonalize", args: [m, n, a, d, e, work, gemmWork] },
      { name: "interleave", args: [n, d, e, values, couplings] },
      { name: "implicitQl", args: [2 * n, values, couplings, negligible, 0, 0] },
    ],
    reads: [{ address: values, length: 2 * n }],
  });
  if (failed >= 0) throw new Error(`bug: singular value ${failed} of ${n} did not converge.`);
  const ascending = blocks[0].sort().subarray(n);
  return Float64Array.from(ascending, (_, i) => Math.max(0, ascending[n - 1 - i]) * scale);
}
