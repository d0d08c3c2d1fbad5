import { canShareMemory, isSharedMemory } from "./share-memory.ts";
import {
  ACTIVE_MASK,
  CONTROL_LENGTH,
  FAILED,
  JOB_SHIFT,
  KERNEL,
  NEXT,
  NUM_CALLS,
  NUM_READY,
  NUM_VALUES,
  OPEN_BIT,
  WORD,
  workerSource,
} from "./worker-source.ts";

/** Kernels on one memory, and threads that call them. */
export interface KernelTeam {
  /** Threads that may take part, the calling one included. */
  readonly size: number;
  /** Threads that have started, the calling one included. */
  numReady(): number;
  /**
   * Makes the calls, each on whichever thread is free, and returns when all are done. A call's arguments are followed by the number of
   * its thread, from 0 below `size`. Calls must not depend on one another, and have as many arguments as the first.
   *
   * @throws Error "bug: …" if a kernel fails on another thread.
   */
  run(kernel: string, calls: readonly (readonly number[])[]): void;
  /** Ends the other threads; the team works on with one. */
  close(): void;
}

interface Stoppable {
  terminate(): unknown;
}

type Kernels = Record<string, (...values: number[]) => void>;

/** Numbers that a job's calls may have in all; longer lists go in several jobs. */
const MAX_CALL_VALUES = 2 ** 15;
const MAX_JOB = 2 ** (31 - JOB_SHIFT) - 1;

export interface TeamOptions {
  /** Modules that import the memory as `env.memory` and export functions only, under names of their own. */
  readonly modules: readonly WebAssembly.Module[];
  readonly memory: WebAssembly.Memory;
  /** 1 to 256. Above 1 the memory must be shared; without, or outside Node, the team has one thread. */
  readonly threads: number;
}

/**
 * A team of threads on one memory. The others start in the background and join when they are there; they do not keep the process
 * alive. What is computed does not depend on how many there are.
 */
export function createKernelTeam({ modules, memory, threads }: TeamOptions): KernelTeam {
  const kernels: Kernels = {};
  for (const module of modules) Object.assign(kernels, new WebAssembly.Instance(module, { env: { memory } }).exports);
  const names = Object.keys(kernels).sort();
  const size = isSharedMemory(memory) && canShareMemory() ? threads : 1;
  if (size === 1) return aloneTeam(kernels);

  const control = new Int32Array(new SharedArrayBuffer(4 * CONTROL_LENGTH));
  const calls = new Float64Array(new SharedArrayBuffer(8 * MAX_CALL_VALUES));
  const workers = Array.from({ length: size - 1 }, (_, i) => startThread({ modules, memory, control, calls, index: i + 1 }));
  const alone = aloneTeam(kernels);
  let job = 0;
  let isClosed = false;

  const runJob = (kernel: string, jobCalls: readonly (readonly number[])[]): void => {
    const numValues = jobCalls[0].length;
    for (const [i, call] of jobCalls.entries()) calls.set(call, i * numValues);
    control[NUM_CALLS] = jobCalls.length;
    control[NUM_VALUES] = numValues;
    control[KERNEL] = names.indexOf(kernel);
    Atomics.store(control, NEXT, 0);
    job = (job % MAX_JOB) + 1;
    Atomics.store(control, WORD, (job << JOB_SHIFT) | OPEN_BIT);
    Atomics.notify(control, WORD);
    let failure: unknown;
    try {
      for (let i = Atomics.add(control, NEXT, 1); i < jobCalls.length; i = Atomics.add(control, NEXT, 1))
        kernels[kernel](...jobCalls[i], 0);
    } catch (error) {
      failure = error;
    }
    Atomics.and(control, WORD, ~OPEN_BIT);
    for (let spins = 0; ; ) {
      const word = Atomics.load(control, WORD);
      if ((word & ACTIVE_MASK) === 0) break;
      if (++spins > 1000) Atomics.wait(control, WORD, word);
    }
    const hasFailedElsewhere = Atomics.exchange(control, FAILED, 0) === 1;
    if (failure !== undefined) throw failure;
    if (hasFailedElsewhere) throw new Error(`bug: ${kernel} failed on another thread.`);
  };

  return {
    size,
    numReady: () => (isClosed ? 1 : 1 + Atomics.load(control, NUM_READY)),
    run(kernel, jobCalls) {
      if (isClosed || jobCalls.length < 2 || Atomics.load(control, NUM_READY) === 0) return alone.run(kernel, jobCalls);
      const atOnce = Math.max(1, Math.floor(MAX_CALL_VALUES / jobCalls[0].length));
      for (let start = 0; start < jobCalls.length; start += atOnce) runJob(kernel, jobCalls.slice(start, start + atOnce));
    },
    close() {
      isClosed = true;
      for (const worker of workers) worker.terminate();
    },
  };
}

function aloneTeam(kernels: Kernels): KernelTeam {
  return {
    size: 1,
    numReady: () => 1,
    run(kernel, calls) {
      const call = kernels[kernel];
      for (const values of calls) call(...values, 0);
    },
    close() {},
  };
}

function startThread(workerData: object): Stoppable {
  const node = globalThis.process?.getBuiltinModule?.("node:worker_threads");
  if (!node) throw new Error("bug: threads were asked for outside Node.");
  // No options of this process: loaders such as tsx's would run in the thread too.
  const worker = new node.Worker(workerSource, { eval: true, workerData, execArgv: [], env: {} });
  worker.on("error", () => {}); // a thread that cannot start takes no part
  worker.unref();
  return worker;
}
