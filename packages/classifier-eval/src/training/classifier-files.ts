import { expect, UsageError } from "repro-kit";
import { paramsFromWeights, readSafetensors, weightsFromParams, writeSafetensors } from "tfjs-train";
import type { Backbone } from "../backbones/backbone.ts";
import { backbones } from "../backbones/index.ts";
import { sha256 } from "../store/digest.ts";
import { type Classifier, createClassifier } from "./classifier.ts";

export const CLASSIFIER_MANIFEST = "classifier.json";
const WEIGHTS = "weights.safetensors";
const FORMAT = "classifier";
const FORMAT_VERSION = 1;

/** What stands in classifier.json. */
interface Manifest {
  readonly format: string;
  readonly version: number;
  readonly backbone: string;
  readonly classes: readonly string[];
  readonly imageShape: readonly [number, number, number];
  readonly sha256: string;
}

/** A classifier as files: its weights under PyTorch's names and in its layout, and classifier.json, to be written last. */
export async function packClassifier({ backbone, params, classes, imageShape }: Classifier): Promise<Record<string, Uint8Array>> {
  const weights = writeSafetensors(await weightsFromParams(params), { format: FORMAT, backbone: backbone.name });
  const manifest: Manifest = {
    format: FORMAT,
    version: FORMAT_VERSION,
    backbone: backbone.name,
    classes,
    imageShape,
    sha256: await sha256(weights),
  };
  return { [WEIGHTS]: weights, [CLASSIFIER_MANIFEST]: new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`) };
}

/**
 * The classifier that `packClassifier` made files of; the caller disposes it.
 *
 * @param read - The bytes of a file by its name.
 * @param backbone - Where it was trained on one that has no built-in name.
 * @throws UsageError if a file is missing, changed, or of a newer format.
 */
export async function unpackClassifier(
  read: (name: string) => Promise<Uint8Array | undefined>,
  backbone?: Backbone,
): Promise<Classifier> {
  const scope = "classifier";
  const text = await read(CLASSIFIER_MANIFEST);
  expect(text, scope, `there is no ${CLASSIFIER_MANIFEST}. Give what a finished training wrote.`);
  const manifest = parseManifest(scope, text);
  const weights = await read(WEIGHTS);
  expect(weights, scope, `${WEIGHTS} is missing. Train again, or restore it.`);
  expect(
    (await sha256(weights)) === manifest.sha256,
    scope,
    `${WEIGHTS} is not what was written (its sha256 differs). Train again, or restore it.`,
  );
  const params = paramsFromWeights(readSafetensors(weights));
  const { classes, imageShape } = manifest;
  return createClassifier({ backbone: backbone ?? backbones.resolve(manifest.backbone), params, classes, imageShape });
}

/** Whether a classifier's files are there and as they were written. @throws UsageError if they are of a newer format. */
export async function isClassifierWhole(read: (name: string) => Promise<Uint8Array | undefined>): Promise<boolean> {
  const [text, weights] = [await read(CLASSIFIER_MANIFEST), await read(WEIGHTS)];
  if (!text || !weights) return false;
  try {
    JSON.parse(new TextDecoder().decode(text));
  } catch {
    return false;
  }
  return parseManifest("classifier", text).sha256 === (await sha256(weights));
}

function parseManifest(scope: string, bytes: Uint8Array): Manifest {
  let value: Partial<Manifest>;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Manifest>; // checked below
  } catch (cause) {
    throw Object.assign(new UsageError(`[${scope}] ${CLASSIFIER_MANIFEST} is not JSON. Train again, or restore it.`), { cause });
  }
  const isComplete =
    value?.format === FORMAT &&
    typeof value.backbone === "string" &&
    Array.isArray(value.classes) &&
    Array.isArray(value.imageShape);
  expect(isComplete, scope, `${CLASSIFIER_MANIFEST} does not describe a classifier.`);
  expect(
    Number.isInteger(value.version) && (value.version ?? 0) <= FORMAT_VERSION,
    scope,
    `format version ${value.version}; this program reads up to ${FORMAT_VERSION}. Update classifier-eval.`,
  );
  return value as Manifest; // its fields were checked in the lines above
}
