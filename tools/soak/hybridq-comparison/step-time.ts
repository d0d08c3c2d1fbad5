import { readFile } from "node:fs/promises";
import type { DatasetZip } from "dataset-zip";
import { createBatchSource, createModel, trainGan } from "qgan-core";
import { createRng } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import type { Variant } from "./variants.ts";

/** Images a step in every comparison. */
export const BATCH = 32;

/** What a training step takes on a quiet machine, before and after an image discriminator joins in (`imageWarmupSteps`). */
export interface StepTime {
  readonly warmupSteps: number;
  readonly warmupMs: number;
  readonly ms: number;
}

/** Milliseconds that a quiet machine needs for the first `steps` steps. */
export function quietMilliseconds({ warmupSteps, warmupMs, ms }: StepTime, steps: number): number {
  const warmup = Math.min(steps, warmupSteps);
  return warmup * warmupMs + (steps - warmup) * ms;
}

/**
 * Times each variant on this machine, which should have nothing else to do, and keeps the times in a file: a variant that
 * stands there is not timed again. Minutes of training are then counted in steps, so that every run gets what its model is
 * worth however loaded the machine is later, and a run that was interrupted is the same run.
 */
export async function measureStepTimes(
  path: string,
  variants: readonly Variant[],
  backend: string,
  data: DatasetZip,
  tell: (line: string) => void,
): Promise<Readonly<Record<string, StepTime>>> {
  const text = await readFile(path, "utf8").catch(() => "{}"); // not measured yet
  const times = JSON.parse(text) as Record<string, StepTime>; // our own file, written whole
  for (const variant of variants) {
    const key = `${variant.name}-${backend}`;
    if (times[key]) continue;
    times[key] = await measureStepTime(variant, data);
    const { warmupSteps, warmupMs, ms } = times[key];
    tell(`${key}: ${ms.toFixed(1)} ms a step${warmupSteps ? `, ${warmupMs.toFixed(1)} in the first ${warmupSteps}` : ""}`);
    await writeFileAtomic(path, `${JSON.stringify(times, null, 1)}\n`);
  }
  return Object.fromEntries(variants.map(({ name }) => [name, times[`${name}-${backend}`]]));
}

async function measureStepTime(variant: Variant, data: DatasetZip): Promise<StepTime> {
  const { imageWarmupSteps } = createModel(variant.model, { options: variant.options }).options;
  const warmupSteps = typeof imageWarmupSteps === "number" ? imageWarmupSteps : 0; // DCGAN has none
  if (warmupSteps === 0) return { warmupSteps, warmupMs: 0, ms: await medianStep(variant, data) };
  const warmedUp = { ...variant, options: { ...variant.options, imageWarmupSteps: 0 } };
  return { warmupSteps, warmupMs: await medianStep(variant, data), ms: await medianStep(warmedUp, data) };
}

const UNCOUNTED = 3;
const COUNTED = 15;

async function medianStep(variant: Variant, dataset: DatasetZip): Promise<number> {
  const batches = createBatchSource({ dataset, batchSize: BATCH, rng: createRng(0).fork("batches") });
  const model = createModel(variant.model, { options: variant.options });
  const training = trainGan({ model, data: batches, seed: 0, steps: UNCOUNTED + COUNTED });
  const times: number[] = [];
  try {
    for await (const { step, ms } of training) if (step > UNCOUNTED) times.push(ms.total);
  } finally {
    training.dispose();
  }
  return times.sort((a, b) => a - b)[COUNTED >> 1];
}
