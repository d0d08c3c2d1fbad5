import { join } from "node:path";
import type { TrainerState } from "qgan-core";
import { checkpointName, listCheckpoints, loadCheckpoint } from "qgan-core/node";
import { UsageError } from "repro-kit";

/**
 * The newest checkpoint of a run that is whole. Damaged ones are told and passed over.
 *
 * @returns undefined if there is no checkpoint yet.
 * @throws UsageError if there are some, but none can be used; the message is that of the newest.
 */
export async function findCheckpoint(run: string, tell: (text: string) => void): Promise<TrainerState | undefined> {
  let newest: unknown;
  for (const step of (await listCheckpoints(run)).reverse()) {
    try {
      return await loadCheckpoint(join(run, checkpointName(step)));
    } catch (error) {
      if (!UsageError.isInstance(error)) throw error;
      newest ??= error;
      tell(`${error.message} Looking for an earlier one.`);
    }
  }
  if (newest) throw newest;
  return undefined;
}
