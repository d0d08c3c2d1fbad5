import { reserveMemory } from "../instantiate-kernels.ts";
import { kernelMemory, linearAlgebraModule } from "./kernel-module.ts";

/** A computation on wasm memory as plain data, so that workers can do it as well as this thread. */
export interface KernelJob {
  /** Bytes of memory in all. */
  readonly bytes: number;
  /** What is put into memory first. */
  readonly writes: readonly { readonly address: number; readonly data: Float64Array }[];
  /** In order. */
  readonly calls: readonly KernelCall[];
  /** Float64 blocks that are wanted back. */
  readonly reads: readonly { readonly address: number; readonly length: number }[];
}

/** An export of `kernels/_linear-algebra.ts` with its arguments. A result of 0 or more means failure, and ends the job. */
export interface KernelCall {
  readonly name: string;
  readonly args: readonly number[];
  /** Whether all members of a team make the call, and share its work; else the first alone does it. */
  readonly team?: boolean;
}

export interface KernelResult {
  /** What the failed call returned (an index), or −1. */
  readonly failed: number;
  /** The name of the call that failed. */
  readonly failedCall?: string;
  readonly blocks: readonly Float64Array[];
}

/** Steps of a computation: yields jobs, each for a team of any size, is given their results, returns the value. */
export type KernelSteps<R> = Generator<(members: number) => KernelJob, R, KernelResult>;

/** Kernels that tell how much workspace others need, in elements (gemm: in bytes). */
interface Sizes {
  readonly heapBase: WebAssembly.Global;
  gemmWorkBytes(n: number, members: number): number;
  tridiagonalizeWorkLength(n: number): number;
  implicitQlWorkLength(n: number): number;
  bidiagonalizeWorkLength(m: number, n: number): number;
  teamBytes(): number;
}

type Kernels = Sizes & { readonly memory: WebAssembly.Memory };

const sharedBytes = 32 << 20;
const maxBytes = 2 ** 32 - 65536;
let shared: Kernels | undefined;

function instantiate(bytes: number): Kernels {
  const memory = kernelMemory(bytes, false);
  const abort = (): never => {
    throw new Error("bug: a wasm kernel aborted.");
  };
  const { exports } = new WebAssembly.Instance(linearAlgebraModule(false), { env: { memory, abort } });
  return { ...(exports as unknown as Sizes), memory }; // what kernels/_linear-algebra.ts exports
}

/** An instance that stays, with 32 MB at most: for questions of size, and for small computations. */
export function sharedKernels(): Kernels {
  return (shared ??= instantiate(0));
}

/** Where the team's control words lie: the first bytes that are free. */
const controlAddress = (): number => Math.ceil(Number(sharedKernels().heapBase.value) / 64) * 64;

/** The control words of a team in its memory. */
export const teamControl = (): { readonly address: number; readonly bytes: number } => ({
  address: controlAddress(),
  bytes: sharedKernels().teamBytes(),
});

/**
 * Addresses for blocks of float64 of the given lengths, each a multiple of 64.
 *
 * @throws RangeError when they need more than WebAssembly's 4 GiB.
 */
export function layOut(lengths: readonly number[]): { readonly bytes: number; readonly addresses: readonly number[] } {
  let bytes = controlAddress() + sharedKernels().teamBytes();
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
  const kernels = bytes <= sharedBytes ? sharedKernels() : instantiate(bytes);
  reserveMemory(kernels.memory, bytes);
  const { buffer } = kernels.memory;
  for (const { address, data } of writes) new Float64Array(buffer, address, data.length).set(data);
  const functions = kernels as unknown as Readonly<Record<string, (...args: readonly number[]) => number | undefined>>; // its exports
  for (const { name, args } of calls) {
    const failed = functions[name](...args) ?? -1;
    if (failed >= 0) return { failed, failedCall: name, blocks: [] };
  }
  return { failed: -1, blocks: reads.map(({ address, length }) => new Float64Array(buffer, address, length).slice()) };
}

/** Does all steps on this thread. */
export function runSteps<R>(steps: KernelSteps<R>): R {
  let next = steps.next();
  while (!next.done) next = steps.next(runJob(next.value(1)));
  return next.value;
}
