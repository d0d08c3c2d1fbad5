import { parentPort, workerData } from "node:worker_threads";
import type { Fact, LabHooks } from "./facts.ts";
import { type TaskName, tasks } from "./worker/tasks.ts";
import { packError, type ThreadInput, type ThreadMessage } from "./worker/thread-messages.ts";

const { task, options, stopFlag } = workerData as ThreadInput; // `runInWorker` is the only one who starts this file
const send = (message: ThreadMessage): void => parentPort?.postMessage(message);
const flag = new Int32Array(stopFlag);
const controller = new AbortController();

/** The thread is busy computing and hears no events; it looks at the shared flag whenever it tells something. */
const onFact = (fact: Fact): void => {
  if (Atomics.load(flag, 0) !== 0) controller.abort();
  send({ type: "fact", fact });
};

try {
  const run = (await tasks[task as TaskName]()) as (options: unknown, hooks: LabHooks) => Promise<unknown>;
  send({ type: "done", result: await run(options, { onFact, signal: controller.signal }) });
} catch (error) {
  send({ type: "failed", failure: packError(error) });
}
