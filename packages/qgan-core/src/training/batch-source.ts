import { createSampler, type DatasetZip, type SamplerState } from "dataset-zip";
import { checkOptions, expect, type Rng, restoreRng } from "repro-kit";
import type { Json } from "../models/gan-model.ts";

/** Where a training takes its real images from. */
export interface BatchSource {
  readonly batchSize: number;
  /** [height, width, channels] of every image. */
  readonly imageShape: readonly [number, number, number];
  /** Length of a label vector; absent where the images are not labelled. */
  readonly labelSize?: number;
  /** Label vectors of the batch that `next` gave last, [batchSize, labelSize]. */
  labels?(): Float32Array;
  /** Label vectors of images drawn at random, [count, labelSize]. */
  drawLabels?(rng: Rng, count: number): Float32Array;
  /** The next batch: uint8 NHWC, batchSize images. */
  next(): Promise<Uint8Array>;
  /** Where it stands, as plain JSON. */
  state(): Json;
  /** Continues from a saved state. */
  restore(state: Json): void;
}

export interface BatchSourceOptions {
  readonly dataset: Pick<DatasetZip, "count" | "imageShape" | "images"> &
    Partial<Pick<DatasetZip, "labels" | "labelVectors" | "classes">>;
  /** Which images; all by default. */
  readonly indices?: readonly number[];
  readonly batchSize: number;
  readonly rng: Rng;
  /** Mirror half of the images left to right, drawn anew each epoch. */
  readonly mirror?: boolean;
  /** Mirror half of the images top to bottom, drawn anew for every batch. */
  readonly mirrorY?: boolean;
  /** Hand out the classes of the images, one of n. */
  readonly useLabels?: boolean;
  /** Decoded images are kept in memory up to this many bytes. */
  readonly cacheBytes?: number;
}

const CACHE_BYTES = 256 * 2 ** 20;

/**
 * Shuffled batches of a dataset zip, epoch after epoch.
 *
 * @throws UsageError if there is no image to draw from.
 */
export function createBatchSource(options: BatchSourceOptions): BatchSource {
  checkOptions("createBatchSource", options, [
    "dataset",
    "indices",
    "batchSize",
    "rng",
    "mirror",
    "mirrorY",
    "useLabels",
    "cacheBytes",
  ]);
  const {
    dataset,
    indices = [...Array(dataset.count).keys()],
    batchSize,
    rng,
    mirror = false,
    mirrorY = false,
    useLabels = false,
    cacheBytes = CACHE_BYTES,
  } = options;
  expect(
    indices.length > 0,
    "createBatchSource",
    "the dataset has no image to train on. Choose another class or another dataset.",
  );
  expect(
    Number.isInteger(batchSize) && batchSize >= 1,
    "createBatchSource",
    `batchSize must be an integer ≥ 1; got ${batchSize}.`,
  );
  const [height, width, channels] = dataset.imageShape;
  const imageBytes = height * width * channels;
  const cache = new Map<string, Uint8Array>();
  const isCached = indices.length * imageBytes * (mirror ? 2 : 1) <= cacheBytes;
  const pixelsOf = async (index: number, isMirrored: boolean): Promise<Uint8Array> => {
    const key = `${index}${isMirrored ? "m" : ""}`;
    const known = cache.get(key);
    if (known) return known;
    const pixels = await dataset.images([index], { mirrored: [isMirrored] });
    if (isCached) cache.set(key, pixels);
    return pixels;
  };

  let sampler = createSampler({ indices, batchSize, mirror, rng });
  let last: readonly number[] = [];
  let batchesDrawn = 0;
  let flips = rng.fork("mirror-y");
  return {
    batchSize,
    imageShape: dataset.imageShape,
    ...(useLabels ? labelled(dataset, indices, () => last) : {}),
    async next() {
      const batch = new Uint8Array(batchSize * imageBytes);
      const { indices: drawn, mirrored } = sampler.nextBatch();
      last = drawn;
      const chance = flips.fork("batch", batchesDrawn++);
      for (const [i, index] of drawn.entries()) {
        const pixels = await pixelsOf(index, mirrored[i]);
        const isTurned = mirrorY && chance.uniform() < 0.5;
        batch.set(isTurned ? upsideDown(pixels, width * channels) : pixels, i * imageBytes);
      }
      return batch;
    },
    // Plain JSON, as dataset-zip states.
    state: () => (mirrorY ? { sampler: sampler.state(), batchesDrawn } : sampler.state()) as unknown as Json,
    restore(state) {
      const saved = (mirrorY ? state : { sampler: state, batchesDrawn: 0 }) as unknown as SavedSource; // createSampler checks the sampler's part
      expect(
        !mirrorY || Number.isSafeInteger(saved?.batchesDrawn),
        "createBatchSource",
        "the saved state is of a source without mirrorY. Resume with the run's own options.",
      );
      sampler = createSampler({ indices, batchSize, mirror, state: saved.sampler });
      batchesDrawn = saved.batchesDrawn;
      flips = restoreRng(saved.sampler.rng).fork("mirror-y");
    },
  };
}

interface SavedSource {
  readonly sampler: SamplerState;
  readonly batchesDrawn: number;
}

/** An image's rows from the last to the first. */
function upsideDown(pixels: Uint8Array, rowBytes: number): Uint8Array {
  const turned = new Uint8Array(pixels.length);
  for (let from = 0; from < pixels.length; from += rowBytes)
    turned.set(pixels.subarray(from, from + rowBytes), pixels.length - rowBytes - from);
  return turned;
}

/** The part of a source that hands out classes as vectors of one 1. @throws UsageError if an image has no class. */
function labelled(
  { labels, labelVectors, classes = [] }: BatchSourceOptions["dataset"],
  indices: readonly number[],
  last: () => readonly number[],
): Required<Pick<BatchSource, "labelSize" | "labels" | "drawLabels">> {
  expect(
    !labelVectors,
    "createBatchSource",
    "the dataset's labels are vectors, several classes an image. Make it with one class an image, or train without classes.",
  );
  expect(
    labels,
    "createBatchSource",
    "the dataset has no labels (its dataset.json holds none). Make it with labels, or train without classes.",
  );
  const labelSize = labels.reduce((most, label) => Math.max(most, label + 1), classes.length);
  expect(
    indices.every((index) => labels[index] >= 0),
    "createBatchSource",
    "some images have no class. Label them, or leave them out.",
  );
  const vectors = (chosen: readonly number[]) => {
    const values = new Float32Array(chosen.length * labelSize);
    for (const [row, index] of chosen.entries()) values[row * labelSize + labels[index]] = 1;
    return values;
  };
  return {
    labelSize,
    labels: () => vectors(last()),
    drawLabels: (rng, count) => vectors(Array.from({ length: count }, () => indices[rng.integer(indices.length)])),
  };
}
