import { type KernelCall, type KernelJob, type KernelResult, teamControl } from "../linear-algebra/kernel-job.ts";
import { canShareMemory, kernelMemory, linearAlgebraModule } from "../linear-algebra/kernel-module.ts";
import { createWorkerPool } from "./worker-pool.ts";

/** Does jobs in worker threads. */
interface JobRunner {
  readonly threads: number;
  run(job: (members: number) => KernelJob, signal?: AbortSignal): Promise<KernelResult>;
  close(): Promise<void>;
}

// What `runJob` does, for a module that was sent along: alone, in an instance that lives for one job; or as one member of a team, in
// memory that the members share and the calling thread has filled.
const source = `
const imports = (memory) => ({ env: { memory, abort() { throw new Error("bug: a wasm kernel aborted."); } } });
export function runAlone(module, { bytes, writes, calls, reads }) {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65536), maximum: 65536 });
  const kernels = new WebAssembly.Instance(module, imports(memory)).exports;
  for (const { address, data } of writes) new Float64Array(memory.buffer, address, data.length).set(data);
  for (const { name, args } of calls) {
    const failed = kernels[name](...args) ?? -1;
    if (failed >= 0) return { failed, failedCall: name, blocks: [] };
  }
  return { failed: -1, blocks: reads.map(({ address, length }) => new Float64Array(memory.buffer, address, length).slice()) };
}
export function runMember(module, memory, calls, { members, member, control }) {
  const kernels = new WebAssembly.Instance(module, imports(memory)).exports;
  for (const { name, args, team } of calls) {
    kernels.joinTeam(team ? members : 1, team ? member : 0, control);
    const result = team || member === 0 ? kernels[name](...args) ?? -1 : -1;
    kernels.joinTeam(members, member, control);
    const failed = kernels.agree(result);
    if (failed >= 0) return { failed, failedCall: name };
  }
  return { failed: -1 };
}
`;

interface Place {
  readonly members: number;
  readonly member: number;
  readonly control: number;
}

type Outcome = Omit<KernelResult, "blocks">;

type KernelTasks = {
  runAlone: (module: WebAssembly.Module, job: KernelJob) => KernelResult;
  runMember: (module: WebAssembly.Module, memory: WebAssembly.Memory, calls: readonly KernelCall[], place: Place) => Outcome;
};

/** A runner of at most `workers` jobs at a time, each shared by `threads` threads where memory can be shared. */
export function createJobRunner({ workers, threads: wanted }: { workers: number; threads: number }): JobRunner {
  const threads = canShareMemory() ? wanted : 1;
  const pool = createWorkerPool<KernelTasks>({ source, workers: workers * threads });
  const memories: WebAssembly.Memory[] = []; // of teams at rest
  const waiting: (() => void)[] = [];
  let numRunning = 0;

  const takeMemory = (bytes: number): WebAssembly.Memory => {
    const memory = memories.pop() ?? kernelMemory(bytes, true);
    const missing = bytes - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    return memory;
  };

  // If one member fails the others would wait for it: they are stopped, and the memory, in which one may still be writing, is let go.
  const runTeam = async ({ bytes, writes, calls, reads }: KernelJob, signal: AbortSignal | undefined): Promise<KernelResult> => {
    const memory = takeMemory(bytes);
    const control = teamControl();
    new Uint8Array(memory.buffer, control.address, control.bytes).fill(0);
    for (const { address, data } of writes) new Float64Array(memory.buffer, address, data.length).set(data);
    const stop = new AbortController();
    const onAbort = (): void => stop.abort(signal?.reason);
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      const module = linearAlgebraModule(true);
      const members = Array.from({ length: threads }, (_, member) =>
        pool.run("runMember", [module, memory, calls, { members: threads, member, control: control.address }], {
          signal: stop.signal,
        }),
      );
      const [outcome] = await Promise.all(members);
      const blocks = reads.map(({ address, length }) => new Float64Array(memory.buffer, address, length).slice());
      memories.push(memory);
      return { ...outcome, blocks };
    } catch (error) {
      stop.abort(error);
      throw error;
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  };

  const turn = async (): Promise<void> => {
    if (numRunning >= workers) await new Promise<void>((resolve) => waiting.push(resolve));
    else numRunning++;
  };
  const passOn = (): void => {
    const next = waiting.shift();
    if (next) next();
    else numRunning--;
  };

  return {
    threads,
    run: async (plan, signal) => {
      if (threads === 1) return pool.run("runAlone", [linearAlgebraModule(false), plan(1)], { signal });
      await turn();
      try {
        return await runTeam(plan(threads), signal);
      } finally {
        passOn();
      }
    },
    close: async () => {
      memories.length = 0;
      await pool.close();
    },
  };
}
