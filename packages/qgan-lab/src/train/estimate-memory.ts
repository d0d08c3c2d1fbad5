import { freemem } from "node:os";
import { expect } from "repro-kit";
import { formatBytes } from "../progress/duration.ts";
import type { RunOptionsFile } from "../run-folder/options-file.ts";

export interface EstimateMemoryOptions {
  readonly numParameters: number;
  /** Images in one pass. */
  readonly batchSize: number;
  readonly imageShape: readonly [number, number, number];
  /** Whether a discriminator sees images, not only latents: its feature maps are most of a step. */
  readonly judgesImages: boolean;
  /** Of StyleGAN2: feature maps times pixels, summed over the resolutions. */
  readonly featuresPerImage?: number;
}

/** Node, the backend and its kernels. */
const BASE_BYTES = 240e6;
/** Weights, moving average, gradients and two moments of Adam, in float32; twice for the copies that an update makes. */
const BYTES_PER_PARAMETER = 2 * 5 * 4;
/** Channels that a pixel of the image amounts to over all layers, forward and backward. */
const CHANNELS_PER_PIXEL = { withImages: 220, latentsOnly: 30 };
/** The same three numbers of StyleGAN2, whose two networks are updated one after the other; numbers a feature, in both networks. */
const STYLEGAN2 = { base: 180e6, bytesPerParameter: 27, numbersPerFeature: 33 };

/**
 * A rough size of the resident memory of a training on wasm, in bytes. Measured against it after 5 steps, 64×64, batches of 32:
 * HybridQ 233 MB (estimate 295), HybridQ "paper" 543 (503), DCGAN 623 (609); HybridQ "demo32", batches of 8: 247 (253). StyleGAN2
 * after 2 steps with `bgc`: small32 in batches of 16 and 4: 615 MB (estimate 618) and 341 (342); small64 in batches of 8: 745 (721);
 * the full widths at 32×32 in batches of 4: 1671 (1669).
 */
export function estimateMemory({
  numParameters,
  batchSize,
  imageShape: [height, width],
  judgesImages,
  featuresPerImage,
}: EstimateMemoryOptions): number {
  if (featuresPerImage !== undefined) {
    const { base, bytesPerParameter, numbersPerFeature } = STYLEGAN2;
    return base + bytesPerParameter * numParameters + 4 * numbersPerFeature * featuresPerImage * batchSize;
  }
  const channels = judgesImages ? CHANNELS_PER_PIXEL.withImages : CHANNELS_PER_PIXEL.latentsOnly;
  return BASE_BYTES + BYTES_PER_PARAMETER * numParameters + 4 * channels * height * width * batchSize;
}

type Plan = Pick<RunOptionsFile, "model" | "data" | "training">;

/** The estimate of a run that is planned, in bytes, with its own batch or another. */
export function estimateRun(
  { model, data, training }: Plan,
  batchSize: number = training.microBatch ?? training.batchSize,
): number {
  const { numParameters, judgesImages, options } = model;
  const { imageShape } = data;
  const isStyleGan2 = model.name === "stylegan2";
  const sides = isStyleGan2 ? Array.from({ length: Math.log2(imageShape[0]) - 1 }, (_, i) => 4 * 2 ** i) : [];
  const features = sides.reduce(
    (sum, side) => sum + side * side * Math.min(Math.floor(Number(options.channelBase) / side), Number(options.channelMax)),
    0,
  );
  return estimateMemory({
    numParameters,
    judgesImages,
    imageShape,
    batchSize,
    ...(isStyleGan2 ? { featuresPerImage: features } : {}),
  });
}

/** Bytes that a new program may take. */
export const freeMemory = (): number => process.availableMemory?.() ?? freemem();

/** All that the wasm backend can hold, whatever the machine has. */
export const WASM_HEAP_BYTES = 2 ** 32;

/**
 * Refuses a run that the memory will not hold, before anything is written.
 *
 * @param limit - Bytes that it may take, and whose they are, for the message.
 * @throws UsageError with the batch that would fit.
 */
export function checkMemory(
  plan: Plan,
  { bytes: available, whose }: { readonly bytes: number; readonly whose: string } = { bytes: freeMemory(), whose: "are free" },
): void {
  const needed = estimateRun(plan);
  const { batchSize } = plan.training;
  expect(needed <= available, "train", () => {
    const isSplit = plan.model.name === "stylegan2";
    const group = isSplit ? Number(plan.model.options.minibatchGroup) : 1;
    const fitting = Array.from({ length: batchSize }, (_, i) => batchSize - i).find(
      (size) =>
        size >= 2 && batchSize % size === 0 && size % Math.min(group, batchSize) === 0 && estimateRun(plan, size) <= available,
    );
    const advice =
      fitting === undefined
        ? "No batch of it fits: choose a smaller preset or smaller images"
        : `A batch of ${fitting} would fit (--batch ${fitting})${isSplit ? `, or parts of ${fitting} with the same result (--microbatch ${fitting})` : ""}`;
    return `about ${formatBytes(needed)} of memory are needed and ${formatBytes(available)} ${whose}. ${advice}; --ignore-memory begins all the same.`;
  });
}
