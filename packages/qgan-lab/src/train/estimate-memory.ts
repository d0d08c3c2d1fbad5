export interface EstimateMemoryOptions {
  readonly numParameters: number;
  readonly batchSize: number;
  readonly imageShape: readonly [number, number, number];
  /** Whether a discriminator sees images, not only latents: its feature maps are most of a step. */
  readonly judgesImages: boolean;
}

/** Node, the backend and its kernels. */
const BASE_BYTES = 240e6;
/** Weights, moving average, gradients and two moments of Adam, in float32; twice for the copies that an update makes. */
const BYTES_PER_PARAMETER = 2 * 5 * 4;
/** Channels that a pixel of the image amounts to over all layers, forward and backward. */
const CHANNELS_PER_PIXEL = { withImages: 220, latentsOnly: 30 };

/**
 * A rough size of the resident memory of a training on wasm, in bytes. Measured against it after 5 steps, 64×64, batches of 32:
 * HybridQ 233 MB (estimate 295), HybridQ "paper" 543 (503), DCGAN 623 (609); HybridQ "demo32", batches of 8: 247 (253).
 */
export function estimateMemory({
  numParameters,
  batchSize,
  imageShape: [height, width],
  judgesImages,
}: EstimateMemoryOptions): number {
  const channels = judgesImages ? CHANNELS_PER_PIXEL.withImages : CHANNELS_PER_PIXEL.latentsOnly;
  return BASE_BYTES + BYTES_PER_PARAMETER * numParameters + 4 * channels * height * width * batchSize;
}
