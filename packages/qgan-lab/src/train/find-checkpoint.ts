import { join } from "node:path";
import type { TrainerState } from "qgan-core";
import { checkpointName, listCheckpoints, loadCheckpoint } from "qgan-core/node";
import { UsageError } from "repro-kit";

export interface FoundCheckpoint {
  readonly folder: string;
  readonly state: TrainerState;
}

/**
 * The newest checkpoint of a run that is whole. Damaged ones are told and passed over.
 *
 * @returns undefined if there is no checkpoint yet.
 * @throws UsageError if there are some, but none can be used; the message is that of the newest.
 */
export async function findCheckpoint(run: string, tell: (text: string) => void): Promise<FoundCheckpoint | undefined> {
  let newest: unknown;
  for (const step of (await listCheckpoints(run)).reverse()) {
    const folder = join(run, checkpointName(step));
    try {
      return { folder, state: await loadCheckpoint(folder) };
    } catch (error) {
      if (!UsageError.isInstance(error)) throw error;
      newest ??= error;
      tell(`${error.message} Looking for an earlier one.`);
    }
  }
  if (newest) throw newest;
  return undefined;
}
