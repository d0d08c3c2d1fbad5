import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { importImages, openDatasetZipFile } from "dataset-zip/node";
import type { FeatureExtractor, FeatureStatistics, ImageArray } from "fid-metrics";
import { readStatisticsFile } from "fid-metrics/node";
import { listCheckpoints } from "qgan-core/node";
import { expect, UsageError } from "repro-kit";
import { type CheckpointChoice, chooseCheckpoint, loadGenerator } from "../generate/load-generator.ts";

/** Images in a zip or folder, or those that a checkpoint draws. */
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

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Whether a path is a file of statistics. */
export const isStatisticsFile = (path: string): boolean => path.endsWith(".npz");

/** Statistics of an npz; refused where they were made by another extractor or mode. */
export async function openStatistics(path: string, extractor: FeatureExtractor): Promise<FeatureStatistics> {
  return (await readStatisticsFile(path, { extractor })).statistics;
}

/**
 * Opens what `--real` and `--fake` name: a dataset zip, a folder of images, a run folder or checkpoint.
 *
 * @throws UsageError that names the path: nothing there, no images, fewer than two.
 */
export async function openImageSet(path: string, options: OpenImageSetOptions = {}): Promise<ImageSet> {
  expect(await isThere(path), "metrics", `${path} does not exist. Look at the path.`);
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
  if ((await stat(path)).isFile()) return openZip(path, options);
  const isCheckpoint = (await isThere(join(path, "manifest.json"))) || (await listCheckpoints(path)).length > 0;
  return isCheckpoint ? openCheckpoint(path, options) : openFolder(path, options);
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

async function openCheckpoint(path: string, { images = DRAWN, checkpoint }: OpenImageSetOptions): Promise<ImageSet> {
  const folder = await chooseCheckpoint(path, checkpoint);
  const generator = await loadGenerator(folder);
  const [height, width, channels] = generator.model.generator.imageShape;
  return {
    kind: "checkpoint",
    name: join(path, path.endsWith(basename(folder)) ? "" : basename(folder)),
    count: images,
    async *batches() {
      for (let from = 0; from < images; from += BLOCK) {
        const seeds = Array.from({ length: Math.min(BLOCK, images - from) }, (_, i) => from + i);
        yield { data: await generator.generate(seeds), count: seeds.length, height, width, channels };
      }
    },
    content: () => `${generator.digest}, seeds 0-${images - 1}`,
    close: async () => generator.dispose(),
  };
}
