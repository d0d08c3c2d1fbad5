import { createSampler, type DatasetZip, type SamplerState } from "dataset-zip";
import { checkOptions, expect, type Rng } from "repro-kit";
import type { Json } from "../models/gan-model.ts";

/** Where a training takes its real images from. */
export interface BatchSource {
  readonly batchSize: number;
  /** [height, width, channels] of every image. */
  readonly imageShape: readonly [number, number, number];
  /** The next batch: uint8 NHWC, batchSize images. */
  next(): Promise<Uint8Array>;
  /** Where it stands, as plain JSON. */
  state(): Json;
  /** Continues from a saved state. */
  restore(state: Json): void;
}

export interface BatchSourceOptions {
  readonly dataset: Pick<DatasetZip, "count" | "imageShape" | "images">;
  /** Which images; all by default. */
  readonly indices?: readonly number[];
  readonly batchSize: number;
  readonly rng: Rng;
  /** Mirror half of the images left to right, drawn anew each epoch. */
  readonly mirror?: boolean;
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
  checkOptions("createBatchSource", options, ["dataset", "indices", "batchSize", "rng", "mirror", "cacheBytes"]);
  const {
    dataset,
    indices = [...Array(dataset.count).keys()],
    batchSize,
    rng,
    mirror = false,
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
  return {
    batchSize,
    imageShape: dataset.imageShape,
    async next() {
      const batch = new Uint8Array(batchSize * imageBytes);
      const { indices: drawn, mirrored } = sampler.nextBatch();
      for (const [i, index] of drawn.entries()) batch.set(await pixelsOf(index, mirrored[i]), i * imageBytes);
      return batch;
    },
    state: () => sampler.state() as unknown as Json, // plain JSON, as dataset-zip states
    restore(state) {
      sampler = createSampler({ indices, batchSize, mirror, state: state as unknown as SamplerState }); // createSampler checks it
    },
  };
}
