import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { type GanModel, generate, restoreModel } from "qgan-core";
import { bestCheckpoint, checkpointName, latestCheckpoint, listCheckpoints, loadCheckpoint, readManifest } from "qgan-core/node";
import { expect } from "repro-kit";
import { disposeParams, type Params } from "tfjs-train";

/** Which checkpoint of a run: the newest, the best by the run's metric, or that of a step. */
export type CheckpointChoice = "latest" | "best" | number;

/** A trained generator: the moving average of a checkpoint. */
export interface LoadedGenerator {
  readonly model: GanModel;
  readonly folder: string;
  readonly step: number;
  readonly images: number;
  /** SHA-256 of the averaged weights' file: tells checkpoints apart. */
  readonly digest: string;
  /** Of the generator, by the model's names; the moving average. */
  readonly params: Params;
  /** One image a seed, uint8 NHWC; image i depends on seed i only. Conditional generators draw class `seed mod classes`. */
  generate(seeds: readonly number[]): Promise<Uint8Array>;
  dispose(): void;
}

/**
 * Folder of a run's checkpoint; a checkpoint's own folder is taken as it is.
 *
 * @throws UsageError if there is none.
 */
export async function chooseCheckpoint(run: string, choice: CheckpointChoice = "latest"): Promise<string> {
  if (await isThere(join(run, "manifest.json"))) return run;
  expect(await isThere(run), "run", `${run} does not exist. Give a folder that \`qgan train\` made.`);
  const steps = await listCheckpoints(run);
  expect(steps.length > 0, "run", `${run} holds no checkpoint. Give the folder of a run that has come to its first snapshot.`);
  if (choice === "best") {
    const best = await bestCheckpoint(run);
    expect(best, "run", `no snapshot of ${run} was scored, so none is the best. Take the latest, or run \`qgan metrics\` first.`);
    return join(run, best.checkpoint);
  }
  if (typeof choice === "number") {
    expect(steps.includes(choice), "run", `${run} has no checkpoint of step ${choice}; known: ${steps.join(", ")}.`);
    return join(run, checkpointName(choice));
  }
  return (await latestCheckpoint(run)) as string; // there is one, or it throws
}

/** Loads the generator of a checkpoint folder. Call `ready()` of tfjs-train first. @throws UsageError as `loadCheckpoint`. */
export async function loadGenerator(folder: string): Promise<LoadedGenerator> {
  const state = await loadCheckpoint(folder);
  const manifest = await readManifest(folder);
  const { model, params } = restoreModel(state);
  const { labelSize = 0 } = model.generator;
  const labelsOf = (seeds: readonly number[]) => (labelSize > 0 ? { labels: seeds.map((seed) => seed % labelSize) } : {});
  return {
    model,
    folder: basename(folder),
    step: state.step,
    images: state.images,
    digest: manifest.files["ema.safetensors"].sha256,
    params,
    generate: (seeds) => generate(model, params, seeds, labelsOf(seeds)),
    dispose: () => disposeParams(params),
  };
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
