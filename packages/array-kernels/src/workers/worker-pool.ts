import { checkOptions, expect, UsageError } from "repro-kit";
import { nodeModule, startWorker, type WorkerReply, type WorkerThread } from "./worker-thread.ts";

/** Tasks by name, as the module that runs in the workers exports them. */
// biome-ignore lint/suspicious/noExplicitAny: any function may be a task; `run` checks its arguments against its own type.
export type WorkerTasks = Record<string, (...args: any[]) => unknown>;

export interface WorkerPoolOptions {
  /**
   * Text of an ES module that imports nothing; every function that it exports is a task. It is held by the caller's own code, so that
   * nothing is read from disk or network.
   */
  readonly source: string;
  /** Threads at most; they start when they are needed. Default: the cores of the machine less one, at least 1. */
  readonly workers?: number;
}

export interface RunTaskOptions {
  /** Buffers of the arguments that are moved into the worker instead of copied; they are empty here afterwards. */
  readonly transfer?: readonly ArrayBuffer[];
  /** Ends the task: its thread is stopped at once and replaced when another task needs one. */
  readonly signal?: AbortSignal;
}

export interface WorkerPool<T extends WorkerTasks = WorkerTasks> {
  readonly workers: number;
  /**
   * Runs a task in a free thread, or queues it.
   *
   * @returns what the task returns; the buffers of typed arrays in it are moved, not copied.
   * @throws what the task throws (a `UsageError` stays one); the signal's reason; an error when the thread dies or the pool closes.
   */
  run<K extends keyof T & string>(name: K, args: Parameters<T[K]>, options?: RunTaskOptions): Promise<Awaited<ReturnType<T[K]>>>;
  /** Stops all threads; tasks that are queued or running are rejected. */
  close(): Promise<void>;
}

interface Task {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
  readonly transfer: readonly ArrayBuffer[];
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

interface Slot {
  readonly thread: WorkerThread;
  task: Task | undefined;
}

const maxThreads = 256;

function defaultWorkers(): number {
  const os = nodeModule("node:os") as typeof import("node:os") | undefined; // what Node documents under this name
  const cores = os ? os.availableParallelism() : (globalThis.navigator?.hardwareConcurrency ?? 2);
  return Math.max(1, cores - 1);
}

/**
 * Worker threads, in Node and in browsers, that run the functions of a module given as text. Idle threads do not keep a Node process
 * alive.
 *
 * @throws UsageError on an unknown option or a number of workers that is not a whole number from 1 to 256.
 */
export function createWorkerPool<T extends WorkerTasks = WorkerTasks>(options: WorkerPoolOptions): WorkerPool<T> {
  const scope = "createWorkerPool";
  checkOptions(scope, options, ["source", "workers"]);
  const { source, workers = defaultWorkers() } = options;
  expect(typeof source === "string", scope, "expected source to be the text of a module.");
  const isCount = Number.isSafeInteger(workers) && workers >= 1 && workers <= maxThreads;
  expect(isCount, scope, `expected workers to be a whole number from 1 to ${maxThreads}; got ${workers}.`);

  const slots = new Set<Slot>();
  const queue: Task[] = [];
  let nextId = 0;
  let closed = false;

  const startSlot = (): Slot => {
    const slot: Slot = {
      task: undefined,
      thread: startWorker(source, {
        onReply: (reply) => finish(slot, reply),
        onFailure: (error) => {
          if (drop(slot)) slot.task?.reject(error);
        },
      }),
    };
    slots.add(slot);
    return slot;
  };

  /** Takes a thread out of the pool and stops it; false when it was out already. */
  const drop = (slot: Slot): boolean => {
    if (!slots.delete(slot)) return false;
    void slot.thread.terminate();
    dispatch();
    return true;
  };

  const finish = (slot: Slot, { id, result, error }: WorkerReply): void => {
    const { task } = slot;
    if (task?.id !== id) return;
    slot.task = undefined;
    slot.thread.hold(false);
    if (error) task.reject(rebuildError(error));
    else task.resolve(result);
    dispatch();
  };

  const dispatch = (): void => {
    while (!closed && queue.length > 0) {
      const idle = [...slots].find(({ task }) => task === undefined);
      if (!idle && slots.size >= workers) return;
      const task = queue.shift()!; // the loop's condition
      try {
        const slot = idle ?? startSlot();
        slot.thread.send({ id: task.id, name: task.name, args: task.args }, task.transfer);
        slot.task = task;
        slot.thread.hold(true);
      } catch (error) {
        task.reject(error);
      }
    }
  };

  const cancel = (task: Task, reason: unknown): void => {
    const place = queue.indexOf(task);
    if (place >= 0) queue.splice(place, 1);
    task.reject(reason);
    for (const slot of slots) if (slot.task === task) drop(slot);
  };

  return {
    workers,
    run: async <K extends keyof T & string>(
      name: K,
      args: Parameters<T[K]>,
      runOptions: RunTaskOptions = {},
    ): Promise<Awaited<ReturnType<T[K]>>> => {
      checkOptions("workerPool.run", runOptions, ["transfer", "signal"]);
      const { transfer = [], signal } = runOptions;
      expect(!closed, "workerPool.run", "the pool is closed. Create another one.");
      signal?.throwIfAborted();
      let onAbort: (() => void) | undefined;
      try {
        const result = await new Promise<unknown>((resolve, reject) => {
          const task: Task = { id: nextId++, name, args, transfer, resolve, reject };
          onAbort = () => cancel(task, signal?.reason);
          signal?.addEventListener("abort", onAbort, { once: true });
          queue.push(task);
          dispatch();
        });
        return result as Awaited<ReturnType<T[K]>>; // the task of that name returned it
      } finally {
        if (onAbort) signal?.removeEventListener("abort", onAbort);
      }
    },
    close: async () => {
      closed = true;
      const reason = new Error("[workerPool] the pool was closed before the task ended.");
      const running = [...slots];
      slots.clear();
      for (const task of [...queue.splice(0), ...running.flatMap((slot) => slot.task ?? [])]) task.reject(reason);
      await Promise.all(running.map(({ thread }) => thread.terminate()));
    },
  };
}

/** The error of a worker as one of this thread; `cause` holds the worker's stack. */
function rebuildError({ name, message, stack }: NonNullable<WorkerReply["error"]>): Error {
  const cause = stack && `in a worker thread: ${stack}`;
  if (name === "UsageError") return Object.assign(new UsageError(message), { cause });
  return Object.assign(new Error(message, { cause }), { name });
}
