import { expect, UsageError } from "repro-kit";
import {
  type Params,
  paramsFromWeights,
  readSafetensors,
  type WeightTensor,
  weightsFromParams,
  writeSafetensors,
} from "tfjs-train";
import { digestOf, sha256 } from "../store/digest.ts";
import type { ResolvedOptions } from "./options.ts";
import type { TrainingState } from "./training-state.ts";

type HostTensors = Readonly<Record<string, WeightTensor>>;

/** Everything that a training needs to go on as if it had never stopped; plain data. */
export interface TrainingCheckpoint {
  /** Steps taken. */
  readonly step: number;
  /** Lowest validation loss so far and its epoch; null before the first. */
  readonly lowestLoss: number | null;
  readonly bestEpoch: number;
  /** Of what must not change between the two halves of a training. */
  readonly plan: string;
  readonly tensors: {
    readonly params: HostTensors;
    readonly statistics: HostTensors;
    readonly optimizer: HostTensors;
    /** The weights with the lowest validation loss; empty before the first epoch is over. */
    readonly best: HostTensors;
  };
}

export interface Progress {
  step: number;
  lowestLoss: number;
  bestEpoch: number;
}

/** Digest of data, order and settings. `epochs` and `patience` may change: they only say when it ends. */
export function planOf(options: ResolvedOptions): Promise<string> {
  const { train, classes, backbone, batchSize, stepsPerEpoch, accumulate, frozenStages, optimizer, loss, rng } = options;
  return digestOf([
    ...[train.imageShape, Array.from(train.labels), classes, backbone.name, optimizer.name, rng.state()],
    ...[batchSize, stepsPerEpoch, accumulate, frozenStages, loss],
  ]);
}

export async function checkpointOf(
  { step, lowestLoss, bestEpoch }: Progress,
  { params, statistics, optimizerState }: TrainingState,
  best: Params | undefined,
  plan: string,
): Promise<TrainingCheckpoint> {
  const onHost = (tensors: Params): Promise<HostTensors> => weightsFromParams(tensors, { layout: "tfjs" });
  return {
    step,
    lowestLoss: Number.isFinite(lowestLoss) ? lowestLoss : null,
    bestEpoch,
    plan,
    tensors: {
      params: await onHost(params),
      statistics: await onHost(statistics),
      optimizer: await onHost(optimizerState),
      best: await onHost(best ?? {}),
    },
  };
}

const onDevice = (tensors: HostTensors): Params => paramsFromWeights({ tensors, metadata: {} }, { layout: "tfjs" });

/** The tensors of a checkpoint on the device; the caller owns them. */
export function restoreState({ tensors }: TrainingCheckpoint): { readonly state: TrainingState; readonly best?: Params } {
  const state: TrainingState = {
    params: onDevice(tensors.params),
    statistics: onDevice(tensors.statistics),
    optimizerState: onDevice(tensors.optimizer),
  };
  return Object.keys(tensors.best).length > 0 ? { state, best: onDevice(tensors.best) } : { state };
}

/** @throws UsageError if the checkpoint is of another training. */
export function checkPlan({ plan }: TrainingCheckpoint, wanted: string): void {
  expect(
    plan === wanted,
    "trainClassifier: resume",
    "the checkpoint is of another training. Data, classes, backbone, seed, batch size, frozen stages, loss and optimiser must be the same.",
  );
}

const FORMAT = "classifier-checkpoint";
const FORMAT_VERSION = 1;
export const CHECKPOINT_MANIFEST = "manifest.json";

/** A checkpoint as files: safetensors and, to be written last, manifest.json with the sha256 of each (ADR 0004). */
export async function packCheckpoint({ tensors, ...facts }: TrainingCheckpoint): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  const hashes: Record<string, string> = {};
  for (const [part, content] of Object.entries(tensors)) {
    const name = `${part}.safetensors`;
    files[name] = writeSafetensors(content, { format: FORMAT, part });
    hashes[name] = await sha256(files[name]);
  }
  const manifest = { format: FORMAT, version: FORMAT_VERSION, ...facts, files: hashes };
  files[CHECKPOINT_MANIFEST] = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
  return files;
}

/**
 * The checkpoint that `packCheckpoint` made files of.
 *
 * @param read - The bytes of a file by its name.
 * @throws UsageError if a file is missing, changed, or of a newer format.
 */
export async function unpackCheckpoint(read: (name: string) => Promise<Uint8Array | undefined>): Promise<TrainingCheckpoint> {
  const scope = "classifier checkpoint";
  const bytesOf = async (name: string): Promise<Uint8Array> => {
    const bytes = await read(name);
    expect(bytes, scope, `${name} is missing. Use an earlier checkpoint.`);
    return bytes;
  };
  const manifest = parseManifest(scope, await bytesOf(CHECKPOINT_MANIFEST));
  const part = async (name: keyof TrainingCheckpoint["tensors"]): Promise<HostTensors> => {
    const file = `${name}.safetensors`;
    const bytes = await bytesOf(file);
    expect(
      (await sha256(bytes)) === manifest.files[file],
      scope,
      `${file} is not what was written (its sha256 differs). Use an earlier checkpoint.`,
    );
    return readSafetensors(bytes).tensors;
  };
  const { step, lowestLoss, bestEpoch, plan } = manifest;
  return {
    ...{ step, lowestLoss, bestEpoch, plan },
    tensors: {
      params: await part("params"),
      statistics: await part("statistics"),
      optimizer: await part("optimizer"),
      best: await part("best"),
    },
  };
}

interface Manifest extends Omit<TrainingCheckpoint, "tensors"> {
  readonly files: Readonly<Record<string, string>>;
}

function parseManifest(scope: string, bytes: Uint8Array): Manifest {
  let value: Record<string, unknown> | undefined;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>; // checked below
  } catch (cause) {
    throw Object.assign(new UsageError(`[${scope}] ${CHECKPOINT_MANIFEST} is not JSON. Use an earlier checkpoint.`), { cause });
  }
  expect(value?.format === FORMAT, scope, `${CHECKPOINT_MANIFEST} is not the manifest of a classifier's training.`);
  expect(
    Number.isInteger(value.version) && (value.version as number) <= FORMAT_VERSION,
    scope,
    `format version ${value.version}; this program reads up to ${FORMAT_VERSION}. Update classifier-eval.`,
  );
  const isComplete = Number.isSafeInteger(value.step) && typeof value.plan === "string" && typeof value.files === "object";
  expect(isComplete, scope, `${CHECKPOINT_MANIFEST} is incomplete. Use an earlier checkpoint.`);
  return value as unknown as Manifest; // its fields were checked in the line above
}
