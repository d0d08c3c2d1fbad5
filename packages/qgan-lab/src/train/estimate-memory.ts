export interface EstimateMemoryOptions {
  readonly numParameters: number;
  readonly batchSize: number;
  readonly imageShape: readonly [number, number, number];
}

/** Node, the backend and its kernels, measured with a model of a few weights. */
const BASE_BYTES = 330e6;
/** Weights, moving average, gradients and two moments of Adam, in float32; twice for the copies that an update makes. */
const BYTES_PER_PARAMETER = 2 * 5 * 4;
/** Channels that a pixel of the image amounts to over all layers, forward and backward. */
const CHANNELS_PER_PIXEL = 220;

/** A rough size of the resident memory of a training on wasm, in bytes; within a factor of 1.5 of what was measured. */
export function estimateMemory({ numParameters, batchSize, imageShape: [height, width] }: EstimateMemoryOptions): number {
  return BASE_BYTES + BYTES_PER_PARAMETER * numParameters + 4 * CHANNELS_PER_PIXEL * height * width * batchSize;
}
