import { parseArgs } from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import { drawSkinLesions, openDatasetZip, writeDatasetZip } from "dataset-zip";
import { createBatchSource, createModel, presetOf, trainGan } from "qgan-core";
import { createRng, expect } from "repro-kit";
import { ready } from "tfjs-train";
import type { Soak } from "./soak.ts";

/** Phases that come in later (an image discriminator after its warm-up) may add tensors until then. */
const SETTLED_STEP = 600;

/**
 * Trains on phantoms and fails if the number of tensors changes after the warm-up. Tells the peak of the resident set.
 *
 * `--model hybridq --preset demo32 --steps 1000`
 */
async function run(args: readonly string[]): Promise<string> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ args: [...args], options: { model: text, preset: text, steps: text } });
  const { model: name = "hybridq", preset = "demo32", steps = "1000" } = values;
  const { backend } = await ready({ backend: "wasm" });
  const model = createModel(name, { preset });
  const [size] = model.generator.imageShape;
  const dataset = await openDatasetZip(await writeDatasetZip(drawSkinLesions({ count: 100, size, seed: 0 })));
  const { batchSize } = presetOf(name, preset).training;
  const data = createBatchSource({ dataset, batchSize, rng: createRng(0) });
  const training = trainGan({ model, data, steps: Number(steps) });
  const counts = new Set<number>();
  for await (const { step } of training)
    if (step >= Math.min(SETTLED_STEP, Number(steps) / 2)) counts.add(tf.memory().numTensors);
  training.dispose();
  expect(counts.size === 1, "trainer-memory", `the number of tensors is not flat: ${[...counts].join(", ")}.`);
  const peak = process.resourceUsage().maxRSS / 1024;
  return `${name} ${preset}, ${steps} steps on ${backend}: ${[...counts][0]} tensors throughout, peak resident set ${peak.toFixed(0)} MB`;
}

export const trainerMemory: Soak = {
  name: "trainer-memory",
  description: "1000 training steps on wasm: the number of tensors stays the same; tells the peak memory",
  run,
};
