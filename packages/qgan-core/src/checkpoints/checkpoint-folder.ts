import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, UsageError } from "repro-kit";
import { removePartials, writeFileAtomic } from "repro-kit/node";
import type { TrainerState } from "../training/trainer-state.ts";
import { checkCheckpointFiles, loadCheckpoint } from "./load-checkpoint.ts";
import { saveCheckpoint } from "./save-checkpoint.ts";

/** The best checkpoint of a run, as best.json says. */
export interface BestCheckpoint {
  /** Name of the checkpoint's folder. */
  readonly checkpoint: string;
  readonly step: number;
  readonly metric: string;
  readonly value: number;
}

const BEST = "best.json";
const NAME = /^checkpoint-(\d{8,})$/;

/** `checkpoint-00000120`: sorts by step. */
export function checkpointName(step: number): string {
  return `checkpoint-${String(step).padStart(8, "0")}`;
}

/** Steps of the checkpoints in a run's folder, ascending; what is still being written does not count. */
export async function listCheckpoints(runFolder: string): Promise<number[]> {
  const names = await readdir(runFolder).catch((error) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  });
  return names
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/**
 * The newest checkpoint of a run that is whole: its manifest can be read and its files have their sizes.
 *
 * @returns Its folder, or undefined when there is none.
 * @throws UsageError if there are checkpoints but none is whole; the message is that of the newest.
 */
export async function latestCheckpoint(runFolder: string): Promise<string | undefined> {
  let newest: unknown;
  for (const step of (await listCheckpoints(runFolder)).reverse()) {
    const folder = join(runFolder, checkpointName(step));
    try {
      await checkCheckpointFiles(folder);
      return folder;
    } catch (error) {
      newest ??= error;
    }
  }
  if (newest) throw newest;
  return undefined;
}

/**
 * Saves `checkpoint-<step>` in a run's folder, unless it is there already and whole, and removes what a killed process left
 * half-written. A damaged one, which a run resumed from an earlier one comes by again, is written anew.
 *
 * @returns The checkpoint's folder.
 */
export async function addCheckpoint(runFolder: string, state: TrainerState): Promise<string> {
  const folder = join(runFolder, checkpointName(state.step));
  if (!(await isWhole(folder))) {
    await rm(folder, { recursive: true, force: true });
    await saveCheckpoint(folder, state);
  }
  await removePartials(runFolder);
  return folder;
}

/** Whether there is a checkpoint that can be loaded. */
async function isWhole(folder: string): Promise<boolean> {
  try {
    await loadCheckpoint(folder);
    return true;
  } catch (error) {
    if (UsageError.isInstance(error)) return false;
    throw error;
  }
}

/**
 * Notes a checkpoint as the best so far if its value beats the one noted.
 *
 * @param better - Whether lower or higher values are better (FID: lower).
 * @returns Whether it is now the best.
 * @throws UsageError if the value is not finite, or the note is of another metric.
 */
export async function keepBest(
  runFolder: string,
  {
    step,
    metric,
    value,
    better,
  }: { readonly step: number; readonly metric: string; readonly value: number; readonly better: "lower" | "higher" },
): Promise<boolean> {
  expect(Number.isFinite(value), "keepBest", `${metric} must be a finite number; got ${value}.`);
  const best = await bestCheckpoint(runFolder);
  expect(
    !best || best.metric === metric,
    "keepBest",
    () => `the best of this run is chosen by ${best?.metric}; got ${metric}. Use one metric a run.`,
  );
  if (best && (better === "lower" ? value >= best.value : value <= best.value)) return false;
  const note: BestCheckpoint = { checkpoint: checkpointName(step), step, metric, value };
  await writeFileAtomic(join(runFolder, BEST), `${JSON.stringify(note, null, 2)}\n`);
  return true;
}

/** What `keepBest` has noted. @throws UsageError if best.json cannot be read as such. */
export async function bestCheckpoint(runFolder: string): Promise<BestCheckpoint | undefined> {
  const path = join(runFolder, BEST);
  const text = await readFile(path, "utf8").catch((error) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    const note = JSON.parse(text) as BestCheckpoint; // checked in the next line
    if (typeof note.checkpoint === "string" && Number.isSafeInteger(note.step) && Number.isFinite(note.value)) return note;
  } catch {
    // told below, together with JSON that is something else
  }
  throw new UsageError(`[checkpoint] ${path} cannot be read. Remove it; the next evaluation writes it anew.`);
}

/**
 * Removes all checkpoints but the newest and the best.
 *
 * @param keepLast - How many of the newest stay; at least 1.
 * @returns Names of the removed.
 */
export async function pruneCheckpoints(runFolder: string, { keepLast }: { readonly keepLast: number }): Promise<string[]> {
  expect(Number.isInteger(keepLast) && keepLast >= 1, "pruneCheckpoints", `keepLast must be an integer ≥ 1; got ${keepLast}.`);
  const best = await bestCheckpoint(runFolder);
  const removed = (await listCheckpoints(runFolder))
    .slice(0, -keepLast)
    .map(checkpointName)
    .filter((name) => name !== best?.checkpoint);
  for (const name of removed) await rm(join(runFolder, name), { recursive: true, force: true });
  return removed;
}
