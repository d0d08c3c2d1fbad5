import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeDataset, resumeRun, trainRun } from "qgan-lab";
import { expect, UsageError } from "repro-kit";
import { type BackendName, readSafetensors, ready } from "tfjs-train";
import type { Soak } from "../soak.ts";

const STEPS = 20;
/** On tfjs-node sums are made by threads in an order of their own. */
const TOLERANCE = 1e-5;
const WIDTHS = { channelBase: 1024, channelMax: 64, latentSize: 32, styleSize: 32 };

/** The largest difference of two checkpoints' tensors, each in units of its own largest value. */
function gapOf(a: string, b: string): { readonly gap: number; readonly name: string; readonly numTensors: number } {
  let [gap, name, numTensors] = [0, "none", 0];
  for (const file of readdirSync(a).filter((one) => one.endsWith(".safetensors"))) {
    const [first, second] = [a, b].map((folder) => readSafetensors(readFileSync(join(folder, file))).tensors);
    for (const [key, { data, dtype }] of Object.entries(first)) {
      if (dtype !== "F32") continue;
      const [x, y] = [data as Float32Array, second[key].data as Float32Array]; // F32, as looked at
      let [most, apart] = [0, 0];
      for (let i = 0; i < x.length; i++) {
        most = Math.max(most, Math.abs(y[i]));
        apart = Math.max(apart, Math.abs(x[i] - y[i]));
      }
      numTensors++;
      const relative = apart / Math.max(most, 1e-30);
      if (apart > 0 && relative > gap) [gap, name] = [relative, `${file}: ${key}`];
    }
  }
  return { gap, name, numTensors };
}

export const stylegan2Resume: Soak = {
  name: "stylegan2-resume",
  description: `${STEPS} steps of a conditional StyleGAN2-ADA training at once and in two goes: how far apart? [tensorflow or wasm]`,
  async run([backend = "tensorflow"]) {
    try {
      await ready({ backend: backend as BackendName }); // `ready` checks the name
    } catch (error) {
      if (UsageError.isInstance(error) && backend === "tensorflow") return `skipped: ${error.message}`;
      throw error;
    }
    const folder = mkdtempSync(join(tmpdir(), "qgan-resume-"));
    try {
      const data = join(folder, "phantoms.zip");
      await makeDataset({ out: data, count: 120, size: 32 });
      const begin = (out: string, steps: number) =>
        trainRun({
          ...{ data, model: "stylegan2", modelOptions: WIDTHS, batchSize: 8, cond: true, mirror: true, backend, steps, seed: 5 },
          ...{ metrics: false, snapshots: 1, augmentTarget: 0, out: join(folder, out) },
        });
      const last = (run: string) => join(run, `checkpoint-${String(STEPS).padStart(8, "0")}`);
      const whole = await begin("whole", STEPS);
      const again = await begin("again", STEPS);
      const { run } = await begin("halved", STEPS / 2);
      await resumeRun(run, { steps: STEPS });
      const repeated = gapOf(last(again.run), last(whole.run));
      const { gap, name, numTensors } = gapOf(last(run), last(whole.run));
      console.log(`the same training twice: ${repeated.gap.toExponential(1)} (${repeated.name})`);
      const told = `${gap.toExponential(1)} of a tensor's largest value at most (${name}), ${numTensors} tensors of networks, average and optimisers after ${STEPS} steps on ${whole.backend}`;
      expect(gap <= TOLERANCE, "stylegan2-resume", `the resumed training differs by ${told}; ${TOLERANCE} is asked for.`);
      return told;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
