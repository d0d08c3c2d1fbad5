import { expect, UsageError } from "repro-kit";
import type { JobRequest } from "./job-service.ts";

/** A job that was or is about to be submitted, as plain data. */
export interface SavedJob {
  readonly device: string;
  /** Of this submission, chosen before it is sent: the service takes the same key for the same job. */
  readonly key: string;
  /** The service's name for it; missing until it has answered. */
  readonly id?: string;
  /** Of each circuit. */
  readonly numQubits: readonly number[];
  readonly request: JobRequest;
}

/** Where a device keeps its jobs between programs. */
export interface JobStore {
  load(): Promise<readonly SavedJob[]>;
  save(jobs: readonly SavedJob[]): Promise<void>;
}

/** A store that ends with the program. */
export function memoryJobStore(): JobStore {
  let kept: readonly SavedJob[] = [];
  return {
    load: async () => kept,
    save: async (jobs) => {
      kept = jobs;
    },
  };
}

/**
 * A store in a JSON file, for Node. The file is replaced whole, so that a program that is killed leaves the old one or the new.
 *
 * @throws UsageError in a browser; when used, if the file is no list of jobs.
 */
export function jobFile(path: string): JobStore {
  const files = globalThis.process?.getBuiltinModule?.("node:fs/promises");
  expect(files, "jobFile", "a file needs Node; in a browser give an object with load and save.");
  return {
    async load() {
      let text: string;
      try {
        text = await files.readFile(path, "utf8");
      } catch (cause) {
        if ((cause as { code?: unknown } | null)?.code === "ENOENT") return [];
        throw new UsageError(`[jobFile] cannot read ${path}. Check the path and its permissions.`, { cause });
      }
      let jobs: unknown;
      try {
        jobs = JSON.parse(text);
      } catch (cause) {
        throw new UsageError(`[jobFile] ${path} is no JSON. Move it away; its jobs are lost to this program.`, { cause });
      }
      const areJobs = Array.isArray(jobs) && jobs.every(isJob);
      expect(areJobs, "jobFile", `${path} is no list of saved jobs. Give another path.`);
      return jobs as readonly SavedJob[]; // each was checked just above
    },
    async save(jobs) {
      const partial = `${path}.partial`;
      try {
        await files.writeFile(partial, JSON.stringify(jobs, null, 1));
        await files.rename(partial, path);
      } catch (cause) {
        throw new UsageError(`[jobFile] cannot write ${path}. Check the folder and its permissions.`, { cause });
      }
    },
  };
}

function isJob(value: unknown): value is SavedJob {
  const job = value as Partial<SavedJob> | null;
  const isText = (one: unknown) => typeof one === "string" && one !== "";
  return (
    typeof job === "object" &&
    job !== null &&
    isText(job.device) &&
    isText(job.key) &&
    (job.id === undefined || isText(job.id)) &&
    Array.isArray(job.numQubits) &&
    Array.isArray(job.request?.circuits) &&
    job.request.circuits.length === job.numQubits.length
  );
}
