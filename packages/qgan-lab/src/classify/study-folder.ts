import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "repro-kit";
import type { LabHooks } from "../facts.ts";

/** Files that say that a folder is a training's. */
const TRAININGS = ["options.json", "study.json"];
/** Files by which a folder of a sweep or a search is known, that has a page. */
const OWN = ["summary.json", "cells"];

/**
 * Makes the folder of a sweep or a search, or goes on with the one that is there; a folder of something else is left as it is.
 *
 * @throws UsageError if a training or another report stands there, or the folder cannot be made.
 */
export async function prepareFolder(out: string): Promise<void> {
  const has = (name: string): boolean => existsSync(join(out, name));
  const foreign = TRAININGS.find(has) ?? (OWN.some(has) || !has("report.html") ? undefined : "report.html");
  expect(
    foreign === undefined,
    "classify",
    `${out} holds something else already (${foreign}), which would be written over. Choose another folder with --out.`,
  );
  await mkdir(out, { recursive: true });
}

/** Cells one after the other; where they are stopped, a note says what is kept and what goes on with it. */
export async function* untilStopped<T>(
  cells: AsyncIterable<T>,
  { out, total }: { readonly out: string; readonly total: number },
  { onFact, signal }: LabHooks,
): AsyncGenerator<T> {
  let done = 0;
  try {
    for await (const cell of cells) {
      done++;
      yield cell;
    }
  } catch (error) {
    if (signal?.aborted)
      onFact?.({
        kind: "note",
        text: `Stopped with ${done} of ${total} trainings done, which are kept in ${out}. The same command goes on.`,
      });
    throw error;
  }
}
