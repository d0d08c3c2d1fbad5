import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
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
    const bytes = await readFile(path).catch(missing(path));
    checkSize(path, bytes.length, files[name].bytes);
    expect(
      createHash("sha256").update(bytes).digest("hex") === files[name].sha256,
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

/**
 * Looks at a checkpoint without reading its tensors: the manifest, and that each file has as many bytes as were written.
 *
 * @throws UsageError as `loadCheckpoint`, but for changed bytes.
 */
export async function checkCheckpointFiles(folder: string): Promise<void> {
  const { files } = await readManifest(folder);
  for (const name of Object.values(TENSOR_FILES)) {
    const path = join(folder, name);
    const { size } = await stat(path).catch(missing(path));
    checkSize(path, size, files[name].bytes);
  }
}

const missing = (path: string) => (cause: unknown) => fail(`${path} is missing. Use an earlier checkpoint.`, cause);

function checkSize(path: string, size: number, written: number): void {
  expect(
    size === written,
    "checkpoint",
    `${path} has ${size} bytes, not the ${written} that were written: it is truncated. Use an earlier checkpoint.`,
  );
}

function fail(message: string, cause: unknown): never {
  const error = new UsageError(`[checkpoint] ${message}`);
  error.cause = cause;
  throw error;
}
