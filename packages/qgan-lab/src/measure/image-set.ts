import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { importImages, openDatasetZipFile } from "dataset-zip/node";
import type { FeatureExtractor, FeatureStatistics, ImageArray } from "fid-metrics";
import { readStatisticsFile } from "fid-metrics/node";
import { expect, UsageError } from "repro-kit";
import type { CheckpointChoice } from "../generate/load-generator.ts";
import { type Drawing, isThere, openDrawing } from "./drawing.ts";

/** Images in a zip or folder, or those that a generator draws. */
export interface ImageSet {
  readonly kind: "zip" | "folder" | "checkpoint";
  readonly name: string;
  readonly count: number;
  /** Class of each image, where the set has classes. */
  readonly labels?: Int32Array;
  /** What the labels stand for. */
  readonly classes?: readonly string[];
  batches(): AsyncIterable<ImageArray>;
  /** What tells its images apart; known when they have been read. */
  content(): string;
  close(): Promise<void>;
}

export interface OpenImageSetOptions {
  /** Take the first so many images; of a checkpoint, draw so many. */
  readonly images?: number;
  readonly checkpoint?: CheckpointChoice;
}

/** Images that are held at once. */
const BLOCK = 64;
/** Images that a checkpoint draws where nobody says how many. */
const DRAWN = 1000;

/** Whether a path is a file of statistics. */
export const isStatisticsFile = (path: string): boolean => path.endsWith(".npz");

/**
 * Statistics of an npz; refused where they were made by another extractor or mode.
 *
 * @param trustUnmarked - Takes a file that does not say how it was made for one of this extractor's.
 */
export async function openStatistics(
  path: string,
  extractor: FeatureExtractor,
  trustUnmarked = false,
): Promise<FeatureStatistics> {
  expect(await isThere(path), "metrics", `${path} does not exist. Look at the path.`);
  return (await readStatisticsFile(path, { extractor, trustUnmarked })).statistics;
}

/**
 * Opens what `--real` and `--fake` name: a dataset zip, a folder of images, a run folder, a checkpoint, or a snapshot (.pkl) of
 * stylegan2-ada-pytorch.
 *
 * @throws UsageError that names the path: nothing there, no images, fewer than two.
 */
export async function openImageSet(path: string, options: OpenImageSetOptions = {}): Promise<ImageSet> {
  const set = await openKind(path, options);
  if (set.count >= 2) return { ...set, batches: () => refuseIdentical(path, set.batches()) };
  await set.close();
  throw new UsageError(`[metrics] ${path} holds ${set.count} image(s); at least 2 are needed.`);
}

/** Passes images on, and ends with an error where all of them were the same one. */
async function* refuseIdentical(path: string, batches: AsyncIterable<ImageArray>): AsyncGenerator<ImageArray> {
  let first: Buffer | undefined;
  let [count, areIdentical] = [0, true];
  for await (const batch of batches) {
    const size = batch.data.length / batch.count;
    for (let i = 0; i < batch.count; i++) {
      const pixels = Buffer.from(batch.data.subarray(i * size, (i + 1) * size));
      first ??= pixels;
      areIdentical &&= first.equals(pixels);
    }
    count += batch.count;
    yield batch;
  }
  expect(count < 2 || !areIdentical, "metrics", `${path}: all ${count} images are the same one, so nothing can be measured.`);
}

async function openKind(path: string, options: OpenImageSetOptions): Promise<ImageSet> {
  const drawing = await openDrawing(path, options.checkpoint);
  if (drawing) return drawnSet(drawing, options.images);
  return (await stat(path)).isFile() ? openZip(path, options) : openFolder(path, options);
}

async function openZip(path: string, { images = Number.POSITIVE_INFINITY }: OpenImageSetOptions): Promise<ImageSet> {
  const dataset = await openDatasetZipFile(path);
  const count = Math.min(images, dataset.count);
  const [height, width, channels] = dataset.imageShape;
  return {
    kind: "zip",
    name: path,
    count,
    ...(dataset.labels ? { labels: dataset.labels.slice(0, count), classes: dataset.classes } : {}),
    async *batches() {
      for (let from = 0; from < count; from += BLOCK) {
        const indices = Array.from({ length: Math.min(BLOCK, count - from) }, (_, i) => from + i);
        yield { data: await dataset.images(indices), count: indices.length, height, width, channels };
      }
    },
    content: () => `${dataset.digest}${count < dataset.count ? ` [0…${count - 1}]` : ""}`,
    close: () => dataset.close(),
  };
}

/** Images of a folder, one size and colour; what cannot be read is an error here, since a metric must not pass over images. */
async function openFolder(path: string, { images }: OpenImageSetOptions): Promise<ImageSet> {
  const options = { source: path, strict: true, minImages: 1, ...(images === undefined ? {} : { maxImages: images }) };
  const first = await importImages(options).catch((cause: unknown) => {
    throw UsageError.isInstance(cause) && !cause.message.includes(path)
      ? new UsageError(`${cause.message} (${path})`, { cause })
      : cause;
  });
  let hash = createHash("sha256");
  let isRead = false;
  return {
    kind: "folder",
    name: path,
    count: first.count,
    async *batches() {
      let shape: string | undefined;
      hash = createHash("sha256");
      const images = isRead ? await importImages(options) : first; // one import is read once
      isRead = true;
      for await (const { pixels, source } of images) {
        const { data, height, width, channels } = pixels;
        const size = `${height}×${width}×${channels}`;
        shape ??= size;
        expect(
          size === shape,
          "metrics",
          `${path} mixes sizes: ${source ?? "an image"} is ${size}, those before it ${shape}. Bring them to one with \`qgan dataset\`.`,
        );
        hash.update(size).update(data);
        yield { data, count: 1, height, width, channels };
      }
    },
    content: () => hash.copy().digest("hex"),
    close: async () => {},
  };
}

function drawnSet({ name, digest, imageShape, draw, close }: Drawing, images = DRAWN): ImageSet {
  const [height, width, channels] = imageShape;
  return {
    kind: "checkpoint",
    name,
    count: images,
    async *batches() {
      for (let from = 0; from < images; from += BLOCK) {
        const seeds = Array.from({ length: Math.min(BLOCK, images - from) }, (_, i) => from + i);
        yield { data: await draw(seeds), count: seeds.length, height, width, channels };
      }
    },
    content: () => `${digest}, seeds 0-${images - 1}`,
    close: async () => close(),
  };
}
