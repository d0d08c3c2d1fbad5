import type { LabHooks } from "../facts.ts";

/** A computation that can run in a worker thread: options and result are plain data. */
export type Task = (options: never, hooks: LabHooks) => Promise<unknown>;

/** Adds the tasks' code when it is needed, so that `qgan --help` does not load the numerical packages. */
export const tasks = {
  dataset: async () => (await import("../dataset/make-dataset.ts")).makeDataset,
  train: async () => (await import("../train/train-run.ts")).trainRun,
} as const;

export type TaskName = keyof typeof tasks;
export type TaskOptions<N extends TaskName> = Parameters<Awaited<ReturnType<(typeof tasks)[N]>>>[0];
export type TaskResult<N extends TaskName> = Awaited<ReturnType<Awaited<ReturnType<(typeof tasks)[N]>>>>;
