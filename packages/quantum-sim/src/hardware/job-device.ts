import { checkOptions, createRng, expect, UsageError } from "repro-kit";
import { readingsFromCounts } from "../qasm/counts.ts";
import {
  type Device,
  type DeviceLimits,
  type DeviceTask,
  estimateTasks,
  type Pricing,
  type Readings,
  type ReadOptions,
} from "./device.ts";
import { checkTarget, type DeviceTarget } from "./device-target.ts";
import type { JobRequest, JobService, JobStatus } from "./job-service.ts";
import { type JobStore, memoryJobStore, type SavedJob } from "./job-store.ts";
import { taskText } from "./job-text.ts";
import { type RetryOptions, ServiceError, sleep, withRetries } from "./retry.ts";

export interface CreateJobDeviceOptions {
  readonly name: string;
  readonly service: JobService;
  /** The most qubits of a circuit; default those of the target, else 30. */
  readonly numQubits?: number;
  /** Gates and coupling map that circuits are transpiled to before they are sent; without it the service does that. */
  readonly target?: DeviceTarget;
  readonly pricing?: Pricing;
  readonly limits?: DeviceLimits;
  /** Keeps jobs for a later program; default none. */
  readonly store?: JobStore;
  /** First wait between two looks at a job, half as long again after each up to `maxPollMs`; default 2000. */
  readonly pollMs?: number;
  /** Default 30000. */
  readonly maxPollMs?: number;
  readonly retry?: RetryOptions;
  /** OpenQASM of the requests; default 2. */
  readonly qasmVersion?: 2 | 3;
}

/** A device behind a queue, whose jobs outlive the program. */
export interface JobDevice extends Device {
  /** Jobs that were begun and not read yet. */
  savedJobs(): Promise<readonly SavedJob[]>;
  /** Waits for a saved job, begins it where that had failed, and forgets it. */
  collect(job: SavedJob, options?: ReadOptions): Promise<readonly Readings[]>;
  /** Cancels a saved job and forgets it; one that the service does not keep any more is forgotten. */
  cancel(job: SavedJob): Promise<void>;
}

const KNOWN = [
  "name",
  "service",
  "numQubits",
  "target",
  "pricing",
  "limits",
  "store",
  "pollMs",
  "maxPollMs",
  "retry",
  "qasmVersion",
];

/**
 * Hardware behind a queue: tasks become OpenQASM, are submitted, looked at until they are done, and read. Requests that fail for a time are
 * tried again. A job is saved before it is sent, under a key that the service recognises, so that nothing runs twice: a program that was
 * stopped and reads the same tasks again takes up the saved jobs.
 *
 * @throws UsageError for tasks that the device refuses, a job that fails, or a service that does not answer.
 */
export function createJobDevice(options: CreateJobDeviceOptions): JobDevice {
  checkOptions("createJobDevice", options, KNOWN);
  const { name, service, target, pricing, limits = {}, store = memoryJobStore() } = options;
  const { pollMs = 2000, maxPollMs = 30_000, retry = {}, qasmVersion = 2 } = options;
  const numQubits = options.numQubits ?? target?.numQubits ?? 30;
  if (target) checkTarget(target);
  checkOptions("retry", retry, ["attempts", "baseMs", "maxMs"]);
  // Waits must differ between clients, so their seed does.
  const rng = createRng(globalThis.crypto.getRandomValues(new Uint32Array(1))[0]);
  const taken = new Set<string>();
  let writing: Promise<unknown> = Promise.resolve();

  /** Changes the saved jobs, one change after the other. */
  const change = (make: (jobs: readonly SavedJob[]) => readonly SavedJob[]): Promise<void> => {
    const next = writing.then(async () => store.save(make(await store.load())));
    writing = next.catch(() => {});
    return next;
  };
  const keep = (job: SavedJob) => change((jobs) => [...jobs.filter(({ key }) => key !== job.key), job]);
  const forget = async ({ key }: SavedJob) => {
    await change((jobs) => jobs.filter((job) => job.key !== key));
    taken.delete(key);
  };
  const ask = async <T>(attempt: () => Promise<T>, signal: AbortSignal | undefined, isSaved: boolean): Promise<T> => {
    try {
      return await withRetries(attempt, retry, rng, signal);
    } catch (cause) {
      if (!(cause instanceof ServiceError)) throw cause;
      const after = !isSaved
        ? ""
        : cause.isGone
          ? " The job is saved; if the service has dropped it, cancel it (savedJobs, cancel) and read the tasks again."
          : " The job is saved; read the same tasks again to take it up.";
      const verb = cause.isTemporary ? `did not answer in ${retry.attempts ?? 6} attempts` : "refused the request";
      throw new UsageError(`[${name}] the service ${verb}; the last failure was ${cause.message}.${after}`, { cause });
    }
  };

  const begin = async (job: SavedJob, signal?: AbortSignal): Promise<SavedJob & { readonly id: string }> => {
    if (job.id !== undefined) return { ...job, id: job.id };
    try {
      const id = await ask(() => service.submit(job.request, job.key, signal), signal, true);
      const begun = { ...job, id };
      await keep(begun);
      return begun;
    } catch (error) {
      const { cause } = error as { cause?: unknown };
      if (cause instanceof ServiceError && !cause.isTemporary) await forget(job);
      throw error;
    }
  };
  const finish = async (job: SavedJob, { signal }: ReadOptions): Promise<readonly Readings[]> => {
    const begun = await begin(job, signal);
    for (let wait = pollMs; ; wait = Math.min(maxPollMs, 1.5 * wait)) {
      const status = await ask(() => service.status(begun.id, signal), signal, true);
      if (status.state !== "queued" && status.state !== "running") {
        await forget(begun);
        return readingsOf(begun, status);
      }
      await sleep(wait, signal);
    }
  };
  const readingsOf = ({ id, numQubits: sizes }: SavedJob, { state, message, counts = [] }: JobStatus): Readings[] => {
    const because = message ? `: ${message}` : "";
    expect(
      state === "done",
      name,
      `job ${id} ${state === "failed" ? "failed" : "was cancelled"} on the device${because}. Submit it again.`,
    );
    expect(
      counts.length === sizes.length,
      name,
      `job ${id} gave ${counts.length} results for ${sizes.length} circuits. Submit it again.`,
    );
    return counts.map((one, k) => readingsFromCounts(one, sizes[k]));
  };
  const collect = async (job: SavedJob, readOptions: ReadOptions = {}) => {
    taken.add(job.key);
    try {
      return await finish(job, readOptions);
    } finally {
      taken.delete(job.key);
    }
  };

  /** The saved job of the same request that nobody waits for, or a new one, which is saved. */
  const take = async (request: JobRequest, sizes: readonly number[]): Promise<SavedJob> => {
    const text = JSON.stringify(request);
    const saved = (await store.load()).find(
      (job) => job.device === name && !taken.has(job.key) && JSON.stringify(job.request) === text,
    );
    const job = saved ?? { device: name, key: globalThis.crypto.randomUUID(), numQubits: sizes, request };
    taken.add(job.key);
    if (!saved) await keep(job);
    return job;
  };

  /** All jobs; where one fails the others stay saved. */
  const collectAll = async (jobs: readonly SavedJob[], { signal }: ReadOptions): Promise<readonly Readings[]> => {
    const stop = new AbortController();
    const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
    const failures: unknown[] = [];
    const waits = jobs.map((job) =>
      collect(job, { signal: both }).catch((error) => {
        failures.push(error);
        stop.abort();
        return [];
      }),
    );
    const readings = await Promise.all(waits);
    if (failures.length > 0) throw failures[0];
    return readings.flat();
  };

  const estimate = (tasks: readonly DeviceTask[]) => {
    for (const { shots, circuit } of tasks)
      expect(shots !== undefined, name, `reads with shots, and ${circuit.name} has none; give shots.`);
    return estimateTasks({ name, numQubits }, tasks, { limits, ...(pricing && { pricing }) });
  };
  return {
    name,
    numQubits,
    ...(target && { target }),
    estimate,
    async read(tasks, readOptions = {}) {
      estimate(tasks);
      const circuits = tasks.map((task) => ({
        qasm: taskText(task, { ...(target && { target }) }, qasmVersion),
        shots: task.shots ?? 0,
      }));
      const size = limits.circuitsPerJob ?? Math.max(1, tasks.length);
      const jobs: SavedJob[] = [];
      for (let from = 0; from < tasks.length; from += size) {
        const sizes = tasks.slice(from, from + size).map(({ circuit }) => circuit.numQubits);
        jobs.push(await take({ circuits: circuits.slice(from, from + size) }, sizes));
      }
      return collectAll(jobs, readOptions);
    },
    savedJobs: async () => (await store.load()).filter(({ device }) => device === name),
    collect,
    async cancel(job) {
      const { id } = job;
      try {
        if (id !== undefined) await ask(() => service.cancel(id), undefined, false);
      } catch (error) {
        // What the service does not keep needs no cancelling.
        const { cause } = error as { cause?: unknown };
        if (!(cause instanceof ServiceError && cause.isGone)) throw error;
      }
      await forget(job);
    },
  };
}
