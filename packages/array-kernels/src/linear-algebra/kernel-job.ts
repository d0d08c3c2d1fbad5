import { linearAlgebraWasm } from "../generated/linear-algebra.ts";
import { compileModule, instantiateKernels, reserveMemory } from "../instantiate-kernels.ts";

/** A computation on wasm memory as plain data, so that a worker can do it as well as this thread. */
export interface KernelJob {
  /** Bytes of memory in all. */
  readonly bytes: number;
  /** What is put into memory first. */
  readonly writes: readonly { readonly address: number; readonly data: Float64Array }[];
  /** Exports of `kernels/linear-algebra.ts` with their arguments, in order. A result of 0 or more means failure, and ends the job. */
  readonly calls: readonly { readonly name: string; readonly args: readonly number[] }[];
  /** Float64 blocks that are wanted back. */
  readonly reads: readonly { readonly address: number; readonly length: number }[];
}

export interface KernelResult {
  /** What the failed call returned (an index), or −1. */
  readonly failed: number;
  readonly blocks: readonly Float64Array[];
}

/** Steps of a computation: yields jobs, is given their results, returns the value. */
export type KernelSteps<R> = Generator<KernelJob, R, KernelResult>;

/** Kernels that tell how much workspace others need, in elements (gemm: in bytes). */
interface Sizes {
  readonly heapBase: WebAssembly.Global;
  gemmWorkBytes(n: number): number;
  tridiagonalizeWorkLength(n: number): number;
  implicitQlWorkLength(n: number): number;
  bidiagonalizeWorkLength(m: number, n: number): number;
}

type Kernels = Sizes & { readonly memory: WebAssembly.Memory };

const sharedBytes = 8 << 20;
const maxBytes = 2 ** 32 - 65536;
let shared: Kernels | undefined;

/** An instance whose memory stays small: for questions of size, and for small computations. */
export function sharedKernels(): Kernels {
  return (shared ??= instantiateKernels<Sizes>(linearAlgebraWasm));
}

export const linearAlgebraModule = (): WebAssembly.Module => compileModule(linearAlgebraWasm);

/**
 * Addresses for blocks of float64 of the given lengths, each a multiple of 64.
 *
 * @throws RangeError when they need more than WebAssembly's 4 GiB.
 */
export function layOut(lengths: readonly number[]): { readonly bytes: number; readonly addresses: readonly number[] } {
  let bytes = Math.ceil(Number(sharedKernels().heapBase.value) / 64) * 64;
  const addresses = lengths.map((length) => {
    const address = bytes;
    bytes += Math.ceil(length / 8) * 64;
    return address;
  });
  if (bytes > maxBytes) throw new RangeError(`[array-kernels] the matrices need ${bytes} bytes; WebAssembly has at most 4 GiB.`);
  return { bytes, addresses };
}

/** Does a job on this thread. A large one gets an instance of its own, so that its memory is given back afterwards. */
function runJob({ bytes, writes, calls, reads }: KernelJob): KernelResult {
  const kernels = bytes <= sharedBytes ? sharedKernels() : instantiateKernels<Sizes>(linearAlgebraWasm);
  reserveMemory(kernels.memory, bytes);
  const { buffer } = kernels.memory;
  for (const { address, data } of writes) new Float64Array(buffer, address, data.length).set(data);
  const functions = kernels as unknown as Readonly<Record<string, (...args: readonly number[]) => number | undefined>>; // its exports
  let failed = -1;
  for (const { name, args } of calls) {
    failed = functions[name](...args) ?? -1;
    if (failed >= 0) break;
  }
  return { failed, blocks: reads.map(({ address, length }) => new Float64Array(buffer, address, length).slice()) };
}

/** Does all steps on this thread. */
export function runSteps<R>(steps: KernelSteps<R>): R {
  let next = steps.next();
  while (!next.done) next = steps.next(runJob(next.value));
  return next.value;
}
