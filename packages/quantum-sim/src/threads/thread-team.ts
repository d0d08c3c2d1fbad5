import { compileKernel, decodeKernel } from "array-kernels";
import { withSharedMemory } from "./shared-module.ts";

/** Kernels on a shared memory, and threads that call them too. */
export interface ThreadTeam {
  readonly exports: Readonly<Record<string, (...values: number[]) => number>>;
  readonly memory: WebAssembly.Memory;
  /** Threads that have started, the calling one included. */
  numReady(): number;
  /**
   * Calls `kernel(plans[k], mode)` on thread k, plans[0] here, and returns when all are done.
   *
   * @throws Error "bug: …" if a kernel fails in another thread.
   */
  run(kernel: string, plans: readonly number[], mode: number): void;
  /** Ends the other threads. */
  close(): void;
}

/** Layout of the control array: what runs, then three numbers for each thread. */
const GENERATION = 0;
const MODE = 1;
const KERNEL = 2;
const HEAD = 4;
const READY = 0;
const DONE = 1;
const PLAN = 2;
const PER_THREAD = 3;
const CLOSED = -1;
const FAILED = -2;
/** Looks at the control array before a thread goes to sleep: some ten microseconds. */
const SPINS = 4000;

/** What a thread runs, as text: it imports nothing and knows nothing but the kernels. */
const source = `
const serve = ({ module, memory, control, index }) => {
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort() { throw new Error("a kernel aborted"); } } });
  const names = Object.keys(exports).sort();
  const own = ${HEAD} + ${PER_THREAD} * index;
  Atomics.store(control, own + ${READY}, 1);
  let seen = 0;
  for (;;) {
    let spins = 0;
    while (Atomics.load(control, ${GENERATION}) === seen) if (++spins > ${SPINS}) Atomics.wait(control, ${GENERATION}, seen);
    seen = Atomics.load(control, ${GENERATION});
    if (seen === ${CLOSED}) return;
    let result = seen;
    if (control[own + ${PLAN}] !== 0) {
      try {
        exports[names[control[${KERNEL}]]](control[own + ${PLAN}], control[${MODE}]);
      } catch {
        result = ${FAILED};
      }
    }
    Atomics.store(control, own + ${DONE}, result);
    Atomics.notify(control, own + ${DONE});
  }
};
`;

interface Stoppable {
  terminate(): unknown;
}

/** Starts a thread; undefined where there are none. */
function startThread(data: object): Stoppable | undefined {
  const node = globalThis.process?.getBuiltinModule?.("node:worker_threads");
  if (node) {
    const worker = new node.Worker(`${source}serve(process.getBuiltinModule("node:worker_threads").workerData);`, {
      eval: true,
      workerData: data,
    });
    worker.unref();
    return worker;
  }
  if (typeof Worker === "undefined") return undefined;
  const url = URL.createObjectURL(new Blob([`${source}onmessage = ({ data }) => serve(data);`], { type: "text/javascript" }));
  const worker = new Worker(url);
  worker.postMessage(data);
  URL.revokeObjectURL(url);
  return worker;
}

/** Whether memory may be shared between threads here: in Node always, in a browser on pages that are cross-origin isolated. */
export const canShareMemory = (): boolean =>
  typeof SharedArrayBuffer !== "undefined" && (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated !== false;

/** The most that threads share: 2 GiB of addresses, taken as they are used. */
const MAXIMUM_PAGES = 2 ** 15;

/**
 * A team of threads on one shared memory, or undefined where that is not allowed. Other threads start in the background: until then
 * `numReady` is 1 and the caller works alone.
 */
export function createThreadTeam(wasmHex: string, threads: number): ThreadTeam | undefined {
  if (threads < 2 || !canShareMemory()) return undefined;
  const module = compileKernel(withSharedMemory(decodeKernel(wasmHex), MAXIMUM_PAGES));
  const memory = new WebAssembly.Memory({ initial: 16, maximum: MAXIMUM_PAGES, shared: true });
  const abort = (): never => {
    throw new Error("bug: a wasm kernel aborted.");
  };
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort } });
  const kernels = exports as Record<string, (...values: number[]) => number>; // kernels export functions only
  const names = Object.keys(kernels).sort();
  const control = new Int32Array(new SharedArrayBuffer(4 * (HEAD + PER_THREAD * threads)));
  const workers: Stoppable[] = [];
  for (let index = 1; index < threads; index++) {
    const worker = startThread({ module, memory, control, index });
    if (worker) workers.push(worker);
  }
  const at = (index: number, field: number) => HEAD + PER_THREAD * index + field;
  let generation = 0;
  let isClosed = false;

  const waitFor = (index: number): void => {
    let spins = 0;
    for (;;) {
      const done = Atomics.load(control, at(index, DONE));
      if (done === generation) return;
      if (done === FAILED) throw new Error("bug: a kernel failed in another thread.");
      // The main thread of a browser may not sleep.
      if (++spins > SPINS && canSleep) Atomics.wait(control, at(index, DONE), done, 1);
    }
  };
  const numReady = (): number => {
    let ready = 1;
    while (!isClosed && ready <= workers.length && Atomics.load(control, at(ready, READY)) === 1) ready++;
    return ready;
  };
  return {
    exports: kernels,
    memory,
    numReady,
    run(kernel, plans, mode) {
      const others = plans.length - 1;
      if (others > 0) {
        for (let index = 1; index <= workers.length; index++) control[at(index, PLAN)] = plans[index] ?? 0;
        control[MODE] = mode;
        control[KERNEL] = names.indexOf(kernel);
        generation = (generation % 2 ** 30) + 1;
        Atomics.store(control, GENERATION, generation);
        Atomics.notify(control, GENERATION);
      }
      kernels[kernel](plans[0], mode);
      for (let index = 1; index <= others; index++) waitFor(index);
    },
    close() {
      isClosed = true;
      Atomics.store(control, GENERATION, CLOSED);
      Atomics.notify(control, GENERATION);
      for (const worker of workers) worker.terminate();
    },
  };
}

/** Whether Atomics.wait is allowed on this thread: everywhere but on a page's main thread. */
const canSleep = typeof document === "undefined";
