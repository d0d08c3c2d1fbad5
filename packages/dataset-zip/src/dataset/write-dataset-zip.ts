import { checkOptions, expect } from "repro-kit";
import { version } from "../../package.json";
import { encodePng } from "../png/encode-png.ts";
import { createZipEncoder } from "../zip/zip-writer.ts";
import { DATASET_JSON, pythonJson } from "./dataset-json.ts";
import type { Json, JsonObject, LabelledImage } from "./labelled-image.ts";

export interface WriteDatasetZipOptions {
  /** Names of the classes; labels must lie below their number. Default: as many nameless ones as the labels need. */
  readonly classes?: readonly string[];
  /**
   * What is known of the origin, put into dataset.json beside what this function adds (tool, counts, groups, sources).
   * A function is called after the last image. `false` leaves the whole block out, which gives the reference tool's bytes.
   */
  readonly provenance?: JsonObject | (() => JsonObject) | false;
  /** Told after each image how many are written. */
  readonly onProgress?: (numWritten: number) => void;
  readonly signal?: AbortSignal;
}

const SCOPE = "writeDatasetZip";
export const WRITE_OPTIONS: readonly string[] = ["classes", "provenance", "onProgress", "signal"];
const MAX_INDEX = 99_999_999;

/**
 * A StyleGAN2-ADA dataset zip: entries `00000/img00000000.png`, stored, and `dataset.json` with labels, classes and
 * provenance. The same images and options give the same bytes.
 *
 * @param images - All of one shape; either all of them labelled or the zip has no labels.
 * @throws UsageError if there is no image, shapes differ, a label has no class, or `signal` is aborted.
 */
export async function writeDatasetZip(
  images: Iterable<LabelledImage> | AsyncIterable<LabelledImage>,
  options: WriteDatasetZipOptions = {},
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of datasetZipPieces(images, options)) pieces.push(piece);
  const zip = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    zip.set(piece, at);
    at += piece.length;
  }
  return zip;
}

/** The bytes of `writeDatasetZip`, piece by piece; holds one image and the lists of names at a time. */
export async function* datasetZipPieces(
  images: Iterable<LabelledImage> | AsyncIterable<LabelledImage>,
  options: WriteDatasetZipOptions = {},
): AsyncGenerator<Uint8Array> {
  checkOptions(SCOPE, options, WRITE_OPTIONS);
  const { classes, provenance = {}, onProgress, signal } = options;
  const zip = createZipEncoder();
  const names: string[] = [];
  const labels: (number | readonly number[] | null)[] = [];
  const groups: (string | null)[] = [];
  const sources: (string | null)[] = [];
  let shape = "";
  let previousIndex = -1;
  for await (const image of images) {
    expect(!signal?.aborted, SCOPE, "stopped; no zip was written.");
    const { pixels, label, labelVector, group, source, index = previousIndex + 1 } = image;
    const what = source === undefined ? `image ${names.length}` : `"${source}"`;
    const isNext = Number.isInteger(index) && index > previousIndex && index <= MAX_INDEX;
    expect(isNext, SCOPE, `index must grow from image to image, at most ${MAX_INDEX}; ${what} has ${index}.`);
    previousIndex = index;
    const thisShape = `${pixels.height} × ${pixels.width} with ${pixels.channels} channels`;
    shape ||= thisShape;
    expect(
      thisShape === shape,
      SCOPE,
      `all images must be of one shape; ${what} is ${thisShape}, those before are ${shape}. Give a size when importing.`,
    );
    checkLabel(image, { classes, what });
    const digits = String(index).padStart(8, "0");
    const name = `${digits.slice(0, 5)}/img${digits}.png`;
    yield* zip.entry(name, encodePng(pixels));
    names.push(name);
    labels.push(label ?? labelVector ?? null);
    groups.push(group ?? null);
    sources.push(source ?? null);
    onProgress?.(names.length);
  }
  expect(!signal?.aborted, SCOPE, "stopped; no zip was written.");
  expect(names.length > 0, SCOPE, "there is no image to write. Give at least one.");
  const isLabelled = labels.every((label) => label !== null);
  const given = typeof provenance === "function" ? provenance() : provenance;
  const json: Json = {
    labels: isLabelled ? names.map((name, i) => [name, labels[i]]) : null,
    ...(classes ? { classes: [...classes] } : {}),
    ...(given === false ? {} : { provenance: { ...describe({ labels, groups, sources, shape, classes }), ...given } }),
  };
  yield* zip.entry(DATASET_JSON, new TextEncoder().encode(pythonJson(json)));
  yield* zip.end();
}

interface LabelCheck {
  readonly classes: readonly string[] | undefined;
  readonly what: string;
}

function checkLabel({ label, labelVector }: LabelledImage, { classes, what }: LabelCheck): void {
  expect(label === undefined || labelVector === undefined, SCOPE, `${what} has both a label and a label vector.`);
  if (label !== undefined) {
    const isIndex = Number.isInteger(label) && label >= 0 && label < (classes?.length ?? 2 ** 31);
    const limit = classes ? `below ${classes.length}, the number of classes` : "from 0";
    expect(isIndex, SCOPE, `labels must be class indices ${limit}; ${what} has ${label}.`);
  }
  if (labelVector !== undefined) {
    const isVector = labelVector.every(Number.isFinite) && labelVector.length === (classes?.length ?? labelVector.length);
    expect(isVector, SCOPE, `label vectors must have a finite number a class; ${what} has [${labelVector.join(", ")}].`);
  }
}

interface Written {
  readonly labels: readonly (number | readonly number[] | null)[];
  readonly groups: readonly (string | null)[];
  readonly sources: readonly (string | null)[];
  readonly shape: string;
  readonly classes: readonly string[] | undefined;
}

/** The part of the provenance block that follows from the images themselves. */
function describe({ labels, groups, sources, shape, classes }: Written): JsonObject {
  const numUnlabelled = labels.filter((label) => label === null).length;
  const counts: Record<string, number> = Object.fromEntries((classes ?? []).map((name) => [name, 0]));
  for (const label of labels) {
    if (typeof label !== "number") continue;
    const name = classes?.[label] ?? String(label);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return {
    tool: `dataset-zip ${version}`,
    numImages: labels.length,
    shape,
    ...(Object.keys(counts).length > 0 ? { counts } : {}),
    ...(numUnlabelled > 0 && numUnlabelled < labels.length ? { numUnlabelled, note: "labels left out: not all have one" } : {}),
    ...(groups.some((group) => group !== null) ? { groups } : {}),
    ...(sources.some((source) => source !== null) ? { sources } : {}),
  };
}
