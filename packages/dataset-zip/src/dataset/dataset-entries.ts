import type { RasterImage } from "array-kernels";
import { checkOptions, expect } from "repro-kit";
import { version } from "../../package.json";
import { encodePng } from "../png/encode-png.ts";
import { DATASET_JSON, encodePythonJson } from "./dataset-json.ts";
import type { Json, JsonObject, LabelledImage } from "./labelled-image.ts";

export interface WriteDatasetZipOptions {
  /** Names of the classes; labels must lie below their number. Default: as many nameless ones as the labels need. */
  readonly classes?: readonly string[];
  /**
   * What is known of the origin, put into dataset.json beside what this function adds (tool, counts, groups, sources).
   * A function is called after the last image. `false` leaves the whole block out, which gives the reference tool's bytes.
   */
  readonly provenance?: JsonObject | (() => JsonObject) | false;
  /** Refuse images that StyleGAN2 cannot take: their sides must be equal and a power of two. Default false. */
  readonly squarePowerOfTwo?: boolean;
  /** Told after each image how many are written. */
  readonly onProgress?: (numWritten: number) => void;
  readonly signal?: AbortSignal;
}

const SCOPE = "writeDatasetZip";
export const WRITE_OPTIONS: readonly string[] = ["classes", "provenance", "squarePowerOfTwo", "onProgress", "signal"];
const MAX_INDEX = 99_999_999;

/** A file of a data set: a PNG, or at the end dataset.json. */
export interface DatasetEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The files of a data set, one after the other; holds one image and the lists of names at a time. @throws UsageError as `writeDatasetZip`. */
export async function* datasetEntries(
  images: Iterable<LabelledImage> | AsyncIterable<LabelledImage>,
  options: WriteDatasetZipOptions = {},
): AsyncGenerator<DatasetEntry> {
  checkOptions(SCOPE, options, WRITE_OPTIONS);
  const { classes, provenance = {}, squarePowerOfTwo = false, onProgress, signal } = options;
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
    if (squarePowerOfTwo) checkSide(pixels, what);
    checkLabel(image, { classes, what });
    const digits = String(index).padStart(8, "0");
    const name = `${digits.slice(0, 5)}/img${digits}.png`;
    yield { name, bytes: encodePng(pixels) };
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
  yield { name: DATASET_JSON, bytes: encodePythonJson(json) };
}

function checkSide({ height, width }: RasterImage<Uint8Array>, what: string): void {
  const isPower = Number.isInteger(Math.log2(width));
  if (height === width && isPower) return;
  const side = 2 ** Math.max(2, Math.round(Math.log2(Math.min(height, width))));
  const wanted = height === width ? "a side that is a power of two" : "equal sides";
  expect(
    false,
    SCOPE,
    `images must have ${wanted}, as StyleGAN2 takes them; ${what} is ${height} × ${width}. Give a size, such as ${side}, or allow any shape.`,
  );
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
