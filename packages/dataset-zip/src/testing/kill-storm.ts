import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createRng } from "repro-kit";
import { isPartial, removePartials } from "repro-kit/node";
import { writeDatasetZip } from "../dataset/write-dataset-zip.ts";
import { stormImages } from "./storm-images.ts";

export interface KillStormOptions {
  /** Empty folder to write into. */
  readonly folder: string;
  readonly rounds: number;
  readonly seed: number;
  readonly onRound?: (round: number) => void;
}

export interface KillStormResult {
  /** Rounds that left no file, and a whole one. */
  readonly numAbsent: number;
  readonly numWhole: number;
  /** Rounds that left a half-written file beside, under a name that says so. */
  readonly numPartial: number;
}

const ROOT = resolve(import.meta.dirname, "../../../..");
const CHILD = join(import.meta.dirname, "kill-storm-child.ts");
/** A write takes some milliseconds; kills fall anywhere in the first few of them. */
const MAX_DELAY_MS = 120;

/**
 * Kills (SIGKILL) a process that writes a dataset zip, at random moments.
 *
 * @throws Error if a file under the final name is ever anything but whole.
 */
export async function killStorm({ folder, rounds, seed, onRound }: KillStormOptions): Promise<KillStormResult> {
  const rng = createRng(seed).fork("kill storm");
  const whole = Buffer.from(await writeDatasetZip(stormImages()));
  const counts = { numAbsent: 0, numWhole: 0, numPartial: 0 };
  for (let round = 0; round < rounds; round++) {
    const path = join(folder, `${round}.zip`);
    await writeUntilKilled(path, rng.uniform() * MAX_DELAY_MS);
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes === undefined) counts.numAbsent++;
    else if (whole.equals(bytes)) counts.numWhole++;
    else throw new Error(`round ${round} of seed ${seed}: ${path} has ${bytes.length} of ${whole.length} bytes or other ones.`);
    const partials = await removePartials(folder);
    if (partials.some(isPartial)) counts.numPartial++;
    onRound?.(round);
  }
  return counts;
}

function writeUntilKilled(path: string, delayMs: number): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, ["--import", "tsx", CHILD, path], {
      cwd: ROOT,
      env: { ...process.env, TSX_TSCONFIG_PATH: join(ROOT, "tsconfig.json") },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let complaint = "";
    let isKilled = false;
    child.stderr.on("data", (text) => {
      complaint += text;
    });
    child.stdout.once("data", () =>
      setTimeout(() => {
        isKilled = true;
        child.kill("SIGKILL");
      }, delayMs),
    );
    child.on("error", fail);
    child.on("exit", () => (isKilled ? done() : fail(new Error(`bug: the writer ended by itself: ${complaint}`))));
  });
}
