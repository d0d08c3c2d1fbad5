import { checkOptions, expect } from "repro-kit";
import { choleskySteps } from "../linear-algebra/cholesky.ts";
import type { KernelSteps } from "../linear-algebra/kernel-job.ts";
import { type MultiplyMatricesOptions, multiplySteps } from "../linear-algebra/multiply-matrices.ts";
import { productEigenSteps } from "../linear-algebra/product-eigenvalues.ts";
import { singularSteps } from "../linear-algebra/singular-values.ts";
import { eigenSteps, type SymmetricEigen, type SymmetricEigenOptions } from "../linear-algebra/symmetric-eigen.ts";
import { createJobRunner } from "./job-runner.ts";

export interface LinearAlgebraPoolOptions {
  /** Computations at a time; default 1. Others wait. */
  readonly workers?: number;
  /**
   * Threads that share the work of one computation; default 1. More need memory that threads can share: without it (a page that is not
   * isolated from other origins) there is one. Singular values and eigenvectors gain little.
   */
  readonly threads?: number;
}

export interface WithSignal {
  readonly signal?: AbortSignal;
}

/**
 * The functions of the same names, in worker threads; equal results bit for bit, for any number of threads. Arguments are copied, never
 * moved.
 */
export interface LinearAlgebraPool {
  /** Threads that share a computation. */
  readonly threads: number;
  multiplyMatrices(a: Float64Array, b: Float64Array, options: MultiplyMatricesOptions & WithSignal): Promise<Float64Array>;
  symmetricEigen(matrix: Float64Array, n: number, options?: SymmetricEigenOptions & WithSignal): Promise<SymmetricEigen>;
  productEigenvalues(a: Float64Array, b: Float64Array, n: number, options?: WithSignal): Promise<Float64Array>;
  singularValues(matrix: Float64Array, rows: number, columns: number, options?: WithSignal): Promise<Float64Array>;
  cholesky(matrix: Float64Array, n: number, options?: WithSignal): Promise<Float64Array>;
  /** Stops the threads. */
  close(): Promise<void>;
}

const maxThreads = 64;

/**
 * Linear algebra in worker threads, so that a long computation blocks neither a page nor a server. Only checks and copies stay on the
 * calling thread.
 *
 * @throws UsageError on an unknown option, or numbers of workers or threads that are not whole numbers from 1.
 */
export function createLinearAlgebraPool(options: LinearAlgebraPoolOptions = {}): LinearAlgebraPool {
  const scope = "createLinearAlgebraPool";
  checkOptions(scope, options, ["workers", "threads"]);
  const { workers = 1, threads = 1 } = options;
  const isCount = Number.isSafeInteger(threads) && threads >= 1 && threads <= maxThreads;
  expect(isCount, scope, `expected threads to be a whole number from 1 to ${maxThreads}; got ${threads}.`);
  const runner = createJobRunner({ workers, threads });
  const drive = async <R>(steps: KernelSteps<R>, { signal }: WithSignal): Promise<R> => {
    let next = steps.next();
    while (!next.done) next = steps.next(await runner.run(next.value, signal));
    return next.value;
  };
  return {
    threads: runner.threads,
    multiplyMatrices: async (a, b, { signal, ...sizes }) => drive(multiplySteps(a, b, sizes), { signal }),
    symmetricEigen: async (matrix, n, { signal, ...rest } = {}) => drive(eigenSteps(matrix, n, rest), { signal }),
    productEigenvalues: async (a, b, n, { signal } = {}) => drive(productEigenSteps(a, b, n), { signal }),
    singularValues: async (matrix, rows, columns, { signal } = {}) => drive(singularSteps(matrix, rows, columns), { signal }),
    cholesky: async (matrix, n, { signal } = {}) => drive(choleskySteps(matrix, n), { signal }),
    close: () => runner.close(),
  };
}
