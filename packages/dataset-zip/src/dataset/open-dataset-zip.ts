import { expect } from "repro-kit";
import { decodePng } from "../png/decode-png.ts";
import { type ByteSource, byteSource } from "../zip/byte-source.ts";
import { readStored, readZipDirectory, readZipEntry, type ZipEntry } from "../zip/zip-reader.ts";
import { DATASET_JSON, type DatasetLabels, readDatasetJson } from "./dataset-json.ts";
import type { JsonObject } from "./labelled-image.ts";
import { mirrorImage } from "./mirror-image.ts";
import { readStoredSplits, type StoredSplit } from "./stored-splits.ts";

/** An opened dataset; images are read from the zip when asked for. */
export interface DatasetZip {
  readonly count: number;
  readonly imageShape: readonly [height: number, width: number, channels: number];
  /** Names of the classes; empty without labels. */
  readonly classes: readonly string[];
  /** Class index of each image; null without labels, or where labels are vectors. */
  readonly labels: Int32Array | null;
  /** A number a class for each image, in sets with several labels an image. */
  readonly labelVectors: readonly (readonly number[])[] | null;
  /** What must not be split (patient, lesion), for each image. */
  readonly groups: readonly string[] | null;
  /** Where each image came from. */
  readonly sources: readonly (string | null)[] | null;
  readonly provenance: JsonObject | null;
  /** Splits that were saved in the zip, by name. */
  readonly splits: Readonly<Record<string, StoredSplit>>;
  /** SHA-256, in hex, of the images' names, sizes and checksums, the labels, classes and groups. */
  readonly digest: string;
  /** Name of image i within the zip. */
  name(i: number): string;
  /** Bytes of image i, [height, width, channels]. */
  image(i: number): Promise<Uint8Array>;
  /** Bytes of several images, [indices, height, width, channels]. */
  images(indices: readonly number[], options?: ReadImagesOptions): Promise<Uint8Array>;
  /** The same as numbers in [−1, 1]: x / 127.5 − 1. `into`, of as many numbers, is filled in place of a new array: twice as fast. */
  floats(indices: readonly number[], options?: ReadImagesOptions & { readonly into?: Float32Array }): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Which images of a batch are seen in a mirror, by their place in it; what a sampler's `nextBatch` gives. */
export interface ReadImagesOptions {
  /** Left and right exchanged. */
  readonly mirrored?: readonly boolean[];
  /** Top and bottom exchanged. */
  readonly flipped?: readonly boolean[];
}

const SCOPE = "openDatasetZip";
/** Signature and IHDR chunk. */
const PNG_HEAD = 33;

/**
 * Opens a StyleGAN2-ADA dataset zip, ours or the reference tool's, without unpacking it.
 *
 * @param source - The bytes, a Blob, or any other source of bytes; a path is opened by `openDatasetZipFile` of dataset-zip/node.
 * @throws UsageError with one sentence: not a zip, truncated, no images, images of other formats, mixed sizes or channels,
 *   labels that do not fit the images.
 */
export async function openDatasetZip(source: Uint8Array | Blob | ByteSource): Promise<DatasetZip> {
  const bytes = "read" in source ? source : byteSource(source);
  const all = await readZipDirectory(bytes);
  const entries = imageEntries(all);
  const imageShape = await readShape(bytes, entries);
  const json = all.find(({ name }) => name === DATASET_JSON);
  const names = entries.map(({ name }) => name);
  const text = json ? new TextDecoder().decode(await readZipEntry(bytes, json)) : '{"labels": null}';
  const labels = readDatasetJson(text, names);
  const [height, width, channels] = imageShape;
  const size = height * width * channels;

  const image = async (i: number): Promise<Uint8Array> => {
    expect(Number.isInteger(i) && entries[i], SCOPE, () => `image numbers lie in [0, ${entries.length}); got ${i}.`);
    const decoded = decodeNamed(await readStored(bytes, entries[i]), names[i]);
    const isAlike = decoded.height === height && decoded.width === width && decoded.channels === channels;
    expect(
      isAlike,
      SCOPE,
      () => `all images must be of one shape; "${names[i]}" is ${shapeText(decoded)}, not ${shapeText(imageShape)}.`,
    );
    return decoded.data;
  };
  const seen = async (i: number, place: number, { mirrored, flipped }: ReadImagesOptions = {}): Promise<Uint8Array> =>
    mirrorImage(await image(i), imageShape, { isMirrored: mirrored?.[place] ?? false, isFlipped: flipped?.[place] ?? false });
  return {
    count: entries.length,
    imageShape,
    ...labels,
    splits: readStoredSplits(labels.provenance, { count: entries.length, groups: labels.groups }),
    digest: await digestOf(entries, labels),
    name: (i) => names[i],
    image,
    async images(indices, options) {
      const batch = new Uint8Array(indices.length * size);
      for (const [k, i] of indices.entries()) batch.set(await seen(i, k, options), k * size);
      return batch;
    },
    async floats(indices, options) {
      const length = indices.length * size;
      const batch = options?.into ?? new Float32Array(length);
      expect(batch.length === length, SCOPE, `into must hold ${length} numbers for these images; it holds ${batch.length}.`);
      for (const [k, i] of indices.entries()) putFloats(await seen(i, k, options), batch, k * size);
      return batch;
    },
    close: () => bytes.close(),
  };
}

/** The images of a zip, sorted by name as the reference's reader does. */
function imageEntries(all: readonly ZipEntry[]): readonly ZipEntry[] {
  const isHidden = (name: string) => name.startsWith("__MACOSX/") || /(^|\/)\./.test(name);
  const visible = all.filter(({ name }) => !isHidden(name));
  const other = visible.find(({ name }) => /\.(jpe?g|webp|bmp|gif|tiff?|dcm)$/i.test(name));
  expect(
    !other,
    SCOPE,
    `a dataset zip holds PNG images; got "${other?.name}". Import the zip first (importImages, qgan dataset).`,
  );
  const images = visible.filter(({ name }) => name.toLowerCase().endsWith(".png"));
  expect(images.length > 0, SCOPE, "the zip holds no PNG image. Make one with writeDatasetZip or qgan dataset.");
  return images.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function readShape(source: ByteSource, entries: readonly ZipEntry[]): Promise<readonly [number, number, number]> {
  const { height, width, channels } = decodeNamed(await readStored(source, entries[0]), entries[0].name);
  const shape = [height, width, channels] as const;
  const isPlain = channels === 1 || channels === 3;
  expect(isPlain, SCOPE, `images must be grey or RGB; "${entries[0].name}" has an alpha channel. Import the zip first.`);
  // Stored PNGs of one shape have one length, so a look at every header is only needed where lengths differ.
  if (!source.isInMemory && entries.every(({ size }) => size === entries[0].size)) return shape;
  const first = (await readStored(source, entries[0], PNG_HEAD)).slice(16, 26);
  for (const entry of entries) {
    const head = (await readStored(source, entry, PNG_HEAD)).subarray(16, 26);
    if (head.length === 10 && head.every((byte, k) => byte === first[k])) continue;
    const other = decodeNamed(await readStored(source, entry), entry.name);
    const isAlike = other.height === height && other.width === width && other.channels === channels;
    expect(
      isAlike,
      SCOPE,
      `all images must be of one shape; "${entry.name}" is ${shapeText(other)}, "${entries[0].name}" ${shapeText(shape)}. ` +
        "Import the zip with a size first (importImages, qgan dataset).",
    );
  }
  return shape;
}

interface Shape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

function shapeText(shape: readonly [number, number, number] | Shape): string {
  const [height, width, channels] = "height" in shape ? [shape.height, shape.width, shape.channels] : shape;
  return `${height} × ${width} with ${channels} channel${channels === 1 ? "" : "s"}`;
}

function decodeNamed(bytes: Uint8Array, name: string): ReturnType<typeof decodePng> {
  try {
    return decodePng(bytes);
  } catch (error) {
    if (error instanceof Error) error.message = `${error.message} (entry "${name}")`;
    throw error;
  }
}

/** x / 127.5 − 1 of each byte, rounded to float32. */
const floatOf: Float32Array = /* @__PURE__ */ Float32Array.from({ length: 256 }, (_, byte) => byte / 127.5 - 1);

function putFloats(pixels: Uint8Array, batch: Float32Array, start: number): void {
  const table = floatOf; // a name of the function's own is read once, one of the module at every pixel
  for (let i = 0; i < pixels.length; i++) batch[start + i] = table[pixels[i]];
}

async function digestOf(entries: readonly ZipEntry[], { labels, labelVectors, classes, groups }: DatasetLabels): Promise<string> {
  const lines = entries.map(({ name, crc, size }) => `${name} ${crc} ${size}`);
  lines.push(JSON.stringify({ labels: labels && [...labels], labelVectors, classes, groups }));
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(lines.join("\n")));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
