import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { writeFileAtomic } from "repro-kit/node";

/** Appends one object to a file of JSON lines, in one write. */
export function appendJsonLine(path: string, value: object): void {
  appendFileSync(path, `${JSON.stringify(value)}\n`);
}

/** The objects of a file of JSON lines; none if it does not exist. A last line that a kill left half-written is passed over. */
export function readJsonLines<T>(path: string): T[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n");
  const values: T[] = [];
  for (const [i, line] of lines.entries()) {
    if (line === "") continue;
    try {
      values.push(JSON.parse(line) as T); // the file is our own; its readers check what they use
    } catch (error) {
      if (i < lines.length - 1) throw new Error(`bug: ${path}, line ${i + 1} is not JSON`, { cause: error });
    }
  }
  return values;
}

/** Keeps only the lines that `keep` accepts: what was logged after the checkpoint that a run continues from is dropped. */
export async function filterJsonLines<T>(path: string, keep: (value: T) => boolean): Promise<void> {
  if (!existsSync(path)) return;
  const kept = readJsonLines<T>(path).filter(keep);
  await writeFileAtomic(path, kept.map((value) => `${JSON.stringify(value)}\n`).join(""));
}
