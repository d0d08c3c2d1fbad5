import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeDataset, trainRun } from "qgan-lab";
import { createRng } from "repro-kit";
import type { Soak } from "../soak.ts";
import { runUntil } from "./run-until.ts";

const KILLS = 10;
const STEPS = 400;
const TINY = { channelBase: 128, channelMax: 8, latentSize: 8, styleSize: 8 };
/** A start until the first step takes about three seconds; kills fall before and after it. */
const MILLISECONDS = { least: 1500, most: 12_000 };

export const stylegan2ProjectionKills: Soak = {
  name: "stylegan2-projection-kills",
  description: `projections on wasm, kill -9 at ${KILLS} random moments: the same bytes as without. [seed] [kills] [steps]`,
  async run([seed = "0", numKills = String(KILLS), numSteps = String(STEPS)]) {
    const kills = Number(numKills);
    const folder = mkdtempSync(join(tmpdir(), "qgan-projection-kills-"));
    const at = (name: string): string => join(folder, name);
    try {
      await makeDataset({ out: at("phantoms.zip"), count: 24, size: 32 });
      const { run } = await trainRun({
        ...{ data: at("phantoms.zip"), model: "stylegan2", modelOptions: TINY, batchSize: 8, steps: 2, out: at("runs") },
        ...{ backend: "wasm", metrics: false, snapshots: 1, seed: 5 },
      });
      const begin = (out: string): string[] => [
        ...["project", "--run", run, "--target", at("phantoms.zip"), "--images", "5", "--generated", "3", "--batch", "2"],
        ...["--steps", numSteps, "--save-seconds", "1", "--out", at(out)],
      ];
      await runUntil(begin("whole"));
      const rng = createRng(Number(seed)).fork("kills");
      let done = 0;
      let isFinished = false;
      while (done < kills && !isFinished) {
        const milliseconds = MILLISECONDS.least + rng.uniform() * (MILLISECONDS.most - MILLISECONDS.least);
        // A kill before anything is written leaves nothing to go on with.
        const isBegun = readdirSync(folder).includes("killed");
        isFinished = await runUntil(isBegun ? ["project", "--resume", at("killed")] : begin("killed"), milliseconds);
        if (!isFinished) console.log(`killed ${++done} of ${kills} after ${(milliseconds / 1000).toFixed(1)} s`);
      }
      if (!isFinished) await runUntil(["project", "--resume", at("killed")]);
      const [whole, killed] = ["whole", "killed"].map((name) => readdirSync(at(name)).sort());
      if (String(whole) !== String(killed))
        throw new Error(`other files: ${killed.filter((name) => !whole.includes(name)).join(", ")}`);
      const files = whole.filter((name) => /\.(png|npz|csv)$/.test(name) || name === "distances.json");
      const other = files.filter((name) => !readFileSync(join(at("whole"), name)).equals(readFileSync(join(at("killed"), name))));
      if (other.length > 0) throw new Error(`these differ: ${other.join(", ")}`);
      return `${done} kills: ${files.length} files of targets, projections, styles and distances are those of the projection that was not killed`;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
