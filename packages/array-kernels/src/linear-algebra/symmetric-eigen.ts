import { checkOptions } from "repro-kit";
import { checkMatrix, checkSize, checkSymmetric, powerOfTwoBelow } from "./check-matrix.ts";
import { type KernelJob, type KernelSteps, layOut, runSteps, sharedKernels } from "./kernel-job.ts";

export interface SymmetricEigenOptions {
  /** Also the eigenvectors (default true); without them it takes about a quarter of the time. */
  readonly vectors?: boolean;
}

export interface SymmetricEigen {
  /** [n], ascending. */
  readonly values: Float64Array;
  /** [n, n] row-major, orthogonal; column j belongs to value j. */
  readonly vectors?: Float64Array;
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix, A = V·diag(λ)·Vᵀ: Householder tridiagonalisation in blocks, then QL sweeps with
 * implicit shifts. |λ − exact| is at most a small multiple of ε·‖A‖, whatever the gaps.
 *
 * @param matrix - [n, n] row-major, symmetric (its lower triangle is used), finite.
 * @returns the values in ascending order, and the vectors unless left out; the sign of a vector is not defined.
 * @throws UsageError on a wrong length, an entry that is not finite or a matrix that is not symmetric.
 * @see Golub and Van Loan, Matrix Computations, 4th ed., sections 8.3.1 and 8.3.5; LAPACK dsytrd.
 */
export function symmetricEigen(matrix: Float64Array, n: number, options: SymmetricEigenOptions = {}): SymmetricEigen {
  return runSteps(eigenSteps(matrix, n, options));
}

/** The steps of `symmetricEigen`: one job. */
export function* eigenSteps(matrix: Float64Array, n: number, options: SymmetricEigenOptions = {}): KernelSteps<SymmetricEigen> {
  const scope = "symmetricEigen";
  checkOptions(scope, options, ["vectors"]);
  const { vectors = true } = options;
  checkSize(scope, "n", n);
  const largest = checkMatrix(scope, "matrix", matrix, n, n);
  checkSymmetric(scope, "matrix", matrix, n, largest);
  const scale = powerOfTwoBelow(largest);

  const scaled = matrix.map((value) => value / scale);
  const { failed, blocks } = yield (members) => eigenJob(scaled, n, { vectors, members });
  if (failed >= 0) throw new Error(`bug: eigenvalue ${failed} of ${n} did not converge.`);
  const [unsorted, strips] = blocks;
  const order = Int32Array.from(unsorted.keys()).sort((i, j) => unsorted[i] - unsorted[j]);
  const values = Float64Array.from(order, (i) => unsorted[i] * scale);
  return vectors ? { values, vectors: fromStrips(strips, order) } : { values };
}

function eigenJob(scaled: Float64Array, n: number, { vectors, members }: { vectors: boolean; members: number }): KernelJob {
  const sizes = sharedKernels();
  const stripsLength = Math.ceil(n / 8) * 8 * n;
  const lengths = [n * n, n, n, n, sizes.tridiagonalizeWorkLength(n), sizes.gemmWorkBytes(n, members) / 8];
  if (vectors) lengths.push(n * n, stripsLength, sizes.implicitQlWorkLength(n));
  const { bytes, addresses } = layOut(lengths);
  const [a, d, e, tau, work, gemmWork, q = 0, strips = 0, rotations = 0] = addresses;
  const formQ = [
    { name: "formTransposedQ", args: [n, a, tau, q, work, gemmWork] },
    { name: "toStrips", args: [n, q, strips] },
  ];
  return {
    bytes,
    writes: [{ address: a, data: scaled }],
    calls: [
      { name: "tridiagonalize", args: [n, a, d, e, tau, work, gemmWork], team: true },
      ...(vectors ? formQ : []),
      { name: "implicitQl", args: [n, d, e, 0, strips, rotations] },
    ],
    reads: [{ address: d, length: n }, ...(vectors ? [{ address: strips, length: stripsLength }] : [])],
  };
}

/** vectors[8·strip + c][k] = strips[strip][order[k]][c] */
function fromStrips(strips: Float64Array, order: Int32Array): Float64Array {
  const n = order.length;
  const vectors = new Float64Array(n * n);
  for (let row = 0; row < n; row++) {
    const source = (row >> 3) * n * 8 + (row & 7);
    for (let k = 0; k < n; k++) vectors[row * n + k] = strips[source + order[k] * 8];
  }
  return vectors;
}
