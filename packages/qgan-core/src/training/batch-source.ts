import { createSampler, type DatasetZip, type SamplerState } from "dataset-zip";
import { checkOptions, expect, type Rng } from "repro-kit";
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
  readonly dataset: Pick<DatasetZip, "count" | "imageShape" | "images"> & Partial<Pick<DatasetZip, "labels" | "classes">>;
  /** Which images; all by default. */
  readonly indices?: readonly number[];
  readonly batchSize: number;
  readonly rng: Rng;
  /** Mirror half of the images left to right, drawn anew each epoch. */
  readonly mirror?: boolean;
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
  checkOptions("createBatchSource", options, ["dataset", "indices", "batchSize", "rng", "mirror", "useLabels", "cacheBytes"]);
  const {
    dataset,
    indices = [...Array(dataset.count).keys()],
    batchSize,
    rng,
    mirror = false,
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
  return {
    batchSize,
    imageShape: dataset.imageShape,
    ...(useLabels ? labelled(dataset, indices, () => last) : {}),
    async next() {
      const batch = new Uint8Array(batchSize * imageBytes);
      const { indices: drawn, mirrored } = sampler.nextBatch();
      last = drawn;
      for (const [i, index] of drawn.entries()) batch.set(await pixelsOf(index, mirrored[i]), i * imageBytes);
      return batch;
    },
    state: () => sampler.state() as unknown as Json, // plain JSON, as dataset-zip states
    restore(state) {
      sampler = createSampler({ indices, batchSize, mirror, state: state as unknown as SamplerState }); // createSampler checks it
    },
  };
}

/** The part of a source that hands out classes as vectors of one 1. @throws UsageError if an image has no class. */
function labelled(
  { labels, classes = [] }: BatchSourceOptions["dataset"],
  indices: readonly number[],
  last: () => readonly number[],
): Required<Pick<BatchSource, "labelSize" | "labels" | "drawLabels">> {
  expect(
    labels,
    "createBatchSource",
    "the dataset has no labels (its dataset.json holds none). Make it with labels, or train without classes.",
  );
  const labelSize = Math.max(classes.length, ...indices.map((index) => labels[index] + 1));
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
