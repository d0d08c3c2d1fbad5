import { expect, type RngState, UsageError } from "repro-kit";
import type { Json, JsonObject } from "../models/gan-model.ts";
import { type Migration, migrations } from "./migrations.ts";

export const FORMAT = "qgan-checkpoint";
/** Grows by one whenever an older reader would misread a newer checkpoint; `migrations` has an entry for every earlier one. */
export const FORMAT_VERSION = 1;
export const MANIFEST = "manifest.json";
/** The tensors of a checkpoint, by what they are. */
export const TENSOR_FILES = {
  params: "params.safetensors",
  ema: "ema.safetensors",
  optimizers: "optimizers.safetensors",
} as const;

export interface FileRecord {
  readonly sha256: string;
  readonly bytes: number;
}

/** What stands in manifest.json. */
export interface Manifest {
  readonly format: typeof FORMAT;
  readonly version: number;
  readonly model: { readonly name: string; readonly options: JsonObject };
  readonly training: JsonObject;
  readonly step: number;
  readonly images: number;
  readonly rng: RngState;
  readonly data: Json;
  readonly schedule: JsonObject | null;
  readonly augment: Json;
  readonly files: Readonly<Record<string, FileRecord>>;
}

/**
 * Reads manifest.json of this or an earlier version.
 *
 * @param text - The file's text.
 * @param path - Where it lies, for the message.
 * @throws UsageError if it is no manifest, of a newer version, or incomplete.
 */
export function parseManifest(text: string, path: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const error = new UsageError(
      `[checkpoint] ${path} is not JSON: it is truncated or not a checkpoint. Use an earlier checkpoint.`,
    );
    error.cause = cause;
    throw error;
  }
  expect(
    isObject(value) && value.format === FORMAT,
    "checkpoint",
    `${path} is not the manifest of a qgan checkpoint. Give a checkpoint folder.`,
  );
  const { version } = value;
  expect(
    Number.isInteger(version) && (version as number) >= 1,
    "checkpoint",
    `${path} has no format version. Use another checkpoint.`,
  );
  expect(
    (version as number) <= FORMAT_VERSION,
    "checkpoint",
    `${path} has format version ${version}; this program reads up to ${FORMAT_VERSION}. Update qgan-core.`,
  );
  const manifest = migrate(value, { from: version as number, to: FORMAT_VERSION, known: migrations }); // an integer, by the lines above
  checkComplete(manifest, path);
  return manifest;
}

/** Brings a manifest from one version to another, a version at a time. */
export function migrate(
  manifest: Record<string, unknown>,
  { from, to, known }: { readonly from: number; readonly to: number; readonly known: Readonly<Record<number, Migration>> },
): Record<string, unknown> {
  let current = manifest;
  for (let version = from; version < to; version++) {
    if (!known[version]) throw new Error(`bug: no migration from checkpoint version ${version}.`);
    current = { ...known[version](current), version: version + 1 };
  }
  return current;
}

function checkComplete(value: Record<string, unknown>, path: string): asserts value is Record<string, unknown> & Manifest {
  const { model, training, step, images, rng, files, schedule } = value;
  const isComplete =
    isObject(model) &&
    typeof model.name === "string" &&
    isObject(model.options) &&
    isObject(training) &&
    Number.isSafeInteger(step) &&
    Number.isSafeInteger(images) &&
    isObject(rng) &&
    (schedule === null || isObject(schedule)) &&
    "data" in value &&
    "augment" in value &&
    isObject(files) &&
    Object.values(TENSOR_FILES).every((name) => isFileRecord(files[name]));
  expect(isComplete, "checkpoint", `${path} is incomplete. Use an earlier checkpoint.`);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isFileRecord = (value: unknown): boolean =>
  isObject(value) && typeof value.sha256 === "string" && Number.isSafeInteger(value.bytes);
