import { checkOptions } from "repro-kit";
import { choleskySteps } from "../linear-algebra/cholesky.ts";
import { type KernelJob, type KernelResult, type KernelSteps, linearAlgebraModule } from "../linear-algebra/kernel-job.ts";
import { type MultiplyMatricesOptions, multiplySteps } from "../linear-algebra/multiply-matrices.ts";
import { singularSteps } from "../linear-algebra/singular-values.ts";
import { eigenSteps, type SymmetricEigen, type SymmetricEigenOptions } from "../linear-algebra/symmetric-eigen.ts";
import { createWorkerPool } from "./worker-pool.ts";

export interface LinearAlgebraPoolOptions {
  /** Threads at most, so many computations at a time; default 1. */
  readonly workers?: number;
}

export interface WithSignal {
  readonly signal?: AbortSignal;
}

/** The functions of the same names, in worker threads; equal results bit for bit. Arguments are copied, never moved. */
export interface LinearAlgebraPool {
  multiplyMatrices(a: Float64Array, b: Float64Array, options: MultiplyMatricesOptions & WithSignal): Promise<Float64Array>;
  symmetricEigen(matrix: Float64Array, n: number, options?: SymmetricEigenOptions & WithSignal): Promise<SymmetricEigen>;
  singularValues(matrix: Float64Array, rows: number, columns: number, options?: WithSignal): Promise<Float64Array>;
  cholesky(matrix: Float64Array, n: number, options?: WithSignal): Promise<Float64Array>;
  /** Stops the threads. */
  close(): Promise<void>;
}

// What `runJob` does, for a module that was sent along. An instance lives for one job.
const source = `
export function runKernels(module, { bytes, writes, calls, reads }) {
  const abort = () => { throw new Error("bug: a wasm kernel aborted."); };
  const kernels = new WebAssembly.Instance(module, { env: { abort } }).exports;
  const missing = bytes - kernels.memory.buffer.byteLength;
  if (missing > 0) kernels.memory.grow(Math.ceil(missing / 65536));
  const { buffer } = kernels.memory;
  for (const { address, data } of writes) new Float64Array(buffer, address, data.length).set(data);
  let failed = -1;
  for (const { name, args } of calls) {
    failed = kernels[name](...args) ?? -1;
    if (failed >= 0) break;
  }
  return { failed, blocks: reads.map(({ address, length }) => new Float64Array(buffer, address, length).slice()) };
}
`;

type KernelTasks = { runKernels: (module: WebAssembly.Module, job: KernelJob) => KernelResult };

/**
 * Linear algebra in worker threads, so that a long computation blocks neither a page nor a server. Only checks and copies stay on the
 * calling thread.
 */
export function createLinearAlgebraPool(options: LinearAlgebraPoolOptions = {}): LinearAlgebraPool {
  checkOptions("createLinearAlgebraPool", options, ["workers"]);
  const pool = createWorkerPool<KernelTasks>({ source, workers: options.workers ?? 1 });
  const drive = async <R>(steps: KernelSteps<R>, { signal }: WithSignal): Promise<R> => {
    let next = steps.next();
    while (!next.done) next = steps.next(await pool.run("runKernels", [linearAlgebraModule(), next.value], { signal }));
    return next.value;
  };
  return {
    multiplyMatrices: async (a, b, { signal, ...sizes }) => drive(multiplySteps(a, b, sizes), { signal }),
    symmetricEigen: async (matrix, n, { signal, ...rest } = {}) => drive(eigenSteps(matrix, n, rest), { signal }),
    singularValues: async (matrix, rows, columns, { signal } = {}) => drive(singularSteps(matrix, rows, columns), { signal }),
    cholesky: async (matrix, n, { signal } = {}) => drive(choleskySteps(matrix, n), { signal }),
    close: () => pool.close(),
  };
}
