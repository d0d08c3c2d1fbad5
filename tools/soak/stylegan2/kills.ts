import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readManifest } from "qgan-core/node";
import { makeDataset, trainRun } from "qgan-lab";
import { createRng } from "repro-kit";
import type { Soak } from "../soak.ts";
import { runUntil } from "./run-until.ts";

const KILLS = 10;
const STEPS = 160;
const TINY = { channelBase: 128, channelMax: 8, latentSize: 8, styleSize: 8 };
/** A start until the first step takes about three seconds; kills fall before and after it. */
const MILLISECONDS = { least: 1500, most: 12_000 };

/** Goes on with a run in a process of its own, which is killed after so long. @returns Whether it came to its end before. */
const goOn = (run: string, steps: number, milliseconds?: number): Promise<boolean> =>
  runUntil(["train", "--resume", run, "--steps", String(steps)], milliseconds);

const digestOf = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");
const stepsOf = (run: string): number[] =>
  readFileSync(join(run, "stats.jsonl"), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { step: number }).step);

export const stylegan2Kills: Soak = {
  name: "stylegan2-kills",
  description: `a conditional StyleGAN2-ADA training on wasm, kill -9 at ${KILLS} random moments: the same bytes as without. [seed] [kills] [steps]`,
  async run([seed = "0", numKills = String(KILLS), numSteps = String(STEPS)]) {
    const [kills, steps] = [Number(numKills), Number(numSteps)];
    const folder = mkdtempSync(join(tmpdir(), "qgan-kills-"));
    try {
      const data = join(folder, "phantoms.zip");
      await makeDataset({ out: data, count: 120, size: 32 });
      const options = {
        data,
        model: "stylegan2",
        modelOptions: TINY,
        batchSize: 8,
        cond: true,
        mirror: true,
        mirrory: true,
      } as const;
      const more = { backend: "wasm", metrics: false, snapshots: 40, keepCheckpoints: 2, augmentTarget: 0, seed: 5 } as const;
      const begin = (out: string, end: number) => trainRun({ ...options, ...more, out: join(folder, out), steps: end });
      const whole = await begin("whole", steps);
      const { run } = await begin("killed", 1);
      const rng = createRng(Number(seed)).fork("kills");
      let done = 0;
      while (done < kills) {
        const milliseconds = MILLISECONDS.least + rng.uniform() * (MILLISECONDS.most - MILLISECONDS.least);
        const isFinished = await goOn(run, steps, milliseconds);
        const reached = existsSync(join(run, "stats.jsonl")) ? stepsOf(run).at(-1) : 0;
        console.log(
          isFinished
            ? "finished before a kill"
            : `killed ${++done} of ${kills} after ${(milliseconds / 1000).toFixed(1)} s, at step ${reached}`,
        );
        if (isFinished) break;
      }
      await goOn(run, steps);
      const last = `checkpoint-${String(steps).padStart(8, "0")}`;
      const [a, b] = [await readManifest(join(whole.run, last)), await readManifest(join(run, last))];
      const isAlike = JSON.stringify(a) === JSON.stringify(b);
      const grid = `fakes${String(steps).padStart(6, "0")}.png`;
      const hasGrid = digestOf(join(whole.run, grid)) === digestOf(join(run, grid));
      const lines = stepsOf(run);
      const isWhole = lines.length === steps && lines.every((step, i) => step === i + 1);
      const partials = readdirSync(run).filter((name) => name.includes("partial"));
      if (!isAlike) throw new Error("the checkpoints differ");
      if (!hasGrid) throw new Error("the sample grids differ");
      if (!isWhole) throw new Error(`stats.jsonl has ${lines.length} lines of ${steps} steps`);
      if (partials.length > 0) throw new Error(`left behind: ${partials.join(", ")}`);
      return `${done} kills: checkpoint of step ${steps}, sample grid and log are those of the run that was not killed`;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
