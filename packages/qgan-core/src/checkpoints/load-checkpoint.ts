import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { checkOptions, expect, UsageError } from "repro-kit";
import { readSafetensors } from "tfjs-train";
import type { HostTensors, TrainerState } from "../training/trainer-state.ts";
import { MANIFEST, type Manifest, parseManifest, TENSOR_FILES } from "./manifest.ts";

export interface LoadCheckpointOptions {
  /** Name of the model that it must be of. */
  readonly model?: string;
}

/**
 * Reads a checkpoint and checks every byte against its manifest.
 *
 * @param folder - A folder that `saveCheckpoint` wrote.
 * @throws UsageError if it is not there, truncated or changed, of another model, or of a newer format.
 */
export async function loadCheckpoint(folder: string, options: LoadCheckpointOptions = {}): Promise<TrainerState> {
  checkOptions("loadCheckpoint", options, ["model"]);
  const { files, model, training, step, images, rng, data, schedule, augment } = await readManifest(folder);
  expect(
    options.model === undefined || options.model === model.name,
    "checkpoint",
    `${folder} is a checkpoint of ${model.name}, not of ${options.model}. Choose another checkpoint or another model.`,
  );
  const read = async (name: string): Promise<HostTensors> => {
    const path = join(folder, name);
    const bytes = await readFile(path).catch((cause) => fail(`${path} is missing. Use an earlier checkpoint.`, cause));
    const { sha256, bytes: size } = files[name];
    expect(
      bytes.length === size,
      "checkpoint",
      `${path} has ${bytes.length} bytes, not the ${size} that were written: it is truncated. Use an earlier checkpoint.`,
    );
    expect(
      createHash("sha256").update(bytes).digest("hex") === sha256,
      "checkpoint",
      `${path} is not what was written (its sha256 differs). Use an earlier checkpoint.`,
    );
    return readSafetensors(bytes).tensors;
  };
  return {
    model,
    training,
    step,
    images,
    rng,
    data,
    schedule,
    augment,
    params: await read(TENSOR_FILES.params),
    ema: await read(TENSOR_FILES.ema),
    optimizers: await read(TENSOR_FILES.optimizers),
  };
}

/** Only the manifest of a checkpoint: model, options, step. @throws UsageError as `loadCheckpoint`. */
export async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, MANIFEST);
  const text = await readFile(path, "utf8").catch((cause) =>
    fail(`${folder} holds no checkpoint: there is no ${MANIFEST}. Give the folder of a checkpoint.`, cause),
  );
  return parseManifest(text, path);
}

function fail(message: string, cause: unknown): never {
  const error = new UsageError(`[checkpoint] ${message}`);
  error.cause = cause;
  throw error;
}
