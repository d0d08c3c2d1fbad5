import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SHARE_ENV, Worker } from "node:worker_threads";
import type { LabHooks } from "../facts.ts";
import { type TaskName, type TaskOptions, type TaskResult, tasks } from "./tasks.ts";
import { type ThreadInput, type ThreadMessage, unpackError } from "./thread-messages.ts";

/**
 * Runs one of this package's long computations in a thread of its own, so that this one stays free for progress and Ctrl-C.
 * Options must be plain data. When the package runs from its sources (tests), the computation runs here instead.
 *
 * @param hooks - `signal` asks the thread to stop after the step in hand; its result then tells how far it came.
 */
export async function runInWorker<N extends TaskName>(
  task: N,
  options: TaskOptions<N>,
  { onFact, signal }: LabHooks = {},
): Promise<TaskResult<N>> {
  const script = new URL("./lab-worker.js", import.meta.url);
  if (!existsSync(fileURLToPath(script))) {
    const run = (await tasks[task]()) as (options: TaskOptions<N>, hooks: LabHooks) => Promise<TaskResult<N>>; // by N
    return run(options, { ...(onFact ? { onFact } : {}), ...(signal ? { signal } : {}) });
  }
  const stopFlag = new SharedArrayBuffer(4);
  const stop = (): void => void Atomics.store(new Int32Array(stopFlag), 0, 1);
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop);
  const input: ThreadInput = { task, options, stopFlag };
  // Shared, since TensorFlow reads the process's own environment: what a thread sets in a copy is never seen.
  const worker = new Worker(script, { workerData: input, env: SHARE_ENV, stdout: false, stderr: false });
  try {
    return await new Promise<TaskResult<N>>((resolve, reject) => {
      worker.on("message", (message: ThreadMessage) => {
        if (message.type === "fact") onFact?.(message.fact);
        else if (message.type === "done")
          resolve(message.result as TaskResult<N>); // the task of that name made it
        else reject(unpackError(message.failure));
      });
      worker.on("error", reject);
      worker.on("exit", (code) => reject(new Error(`the worker thread ended early with code ${code}`)));
    });
  } finally {
    signal?.removeEventListener("abort", stop);
    await worker.terminate();
  }
}
