import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAdaptiveP, createPipeline } from "ada-augment";
import { openDatasetZipFile } from "dataset-zip/node";
import { createBatchSource, createModel, trainGan } from "qgan-core";
import { loadCheckpoint, saveCheckpoint } from "qgan-core/node";
import { makeDataset } from "qgan-lab";
import { createRng, expect, UsageError } from "repro-kit";
import { type BackendInfo, type BackendName, readSafetensors, ready } from "tfjs-train";
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
    let info: BackendInfo;
    try {
      info = await ready({ backend: backend as BackendName }); // `ready` checks the name
    } catch (error) {
      if (UsageError.isInstance(error) && backend === "tensorflow") return `skipped: ${error.message}`;
      throw error;
    }
    const folder = mkdtempSync(join(tmpdir(), "qgan-resume-"));
    const at = (name: string): string => join(folder, name);
    await makeDataset({ out: at("phantoms.zip"), count: 60, size: 32 });
    const dataset = await openDatasetZipFile(at("phantoms.zip"));
    try {
      const model = createModel("stylegan2", { options: { imageSize: 32, labelSize: dataset.classes.length, ...WIDTHS } });
      /** Trains up to a step, from a checkpoint where one is given, and saves another. */
      const train = async (to: number, out: string, from?: string): Promise<string> => {
        const training = trainGan({
          model,
          data: createBatchSource({
            dataset,
            indices: Array.from({ length: dataset.count }, (_, i) => i),
            batchSize: 8,
            rng: createRng(5).fork("data"),
            mirror: true,
            useLabels: true,
          }),
          seed: 5,
          steps: to,
          augment: { pipeline: createPipeline("bgc"), controller: createAdaptiveP({ target: 0 }) },
          ...(from === undefined ? {} : { resume: await loadCheckpoint(at(from)) }),
        });
        for await (const { step } of training) if (step === to) break;
        await saveCheckpoint(at(out), await training.state());
        training.dispose();
        return at(out);
      };
      const whole = await train(STEPS, "whole");
      const again = await train(STEPS, "again");
      await train(STEPS / 2, "half");
      const resumed = await train(STEPS, "resumed", "half");
      const repeated = gapOf(again, whole);
      const { gap, name, numTensors } = gapOf(resumed, whole);
      console.log(`the same training twice: ${repeated.gap.toExponential(1)} (${repeated.name})`);
      const told = `${gap.toExponential(1)} of a tensor's largest value at most (${name}), ${numTensors} tensors of networks, average and optimisers after ${STEPS} steps on ${info.backend} ${info.version}`;
      expect(gap <= TOLERANCE, "stylegan2-resume", `the resumed training differs by ${told}; ${TOLERANCE} is asked for.`);
      return told;
    } finally {
      await dataset.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
