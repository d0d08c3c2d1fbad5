import type * as tf from "@tensorflow/tfjs-core";
import type { Tap, Windows } from "./plan.ts";
import type { Address } from "./workspace.ts";

const FLOAT_BYTES = 4;

/** Byte distances in images [batch, lines, pixels, channels]. */
export function imageStrides(lines: number, pixels: number, channels: number) {
  const pixelBytes = FLOAT_BYTES * channels;
  return { imageBytes: lines * pixels * pixelBytes, lineBytes: pixels * pixelBytes, pixelBytes };
}

/** The windows of a forward convolution in its input. */
export function forwardWindows(info: tf.backend_util.Conv2DInfo, source: Address): Windows {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, strideHeight, strideWidth } = info;
  return {
    source,
    ...imageStrides(inHeight, inWidth, inChannels),
    lines: inHeight,
    pixels: inWidth,
    batch: batchSize,
    countY: outHeight,
    countX: outWidth,
    stepY: strideHeight,
    stepX: strideWidth,
  };
}

/** The taps of a forward convolution, in the order of its filter [height, width, in, out]. */
export function forwardTaps(info: tf.backend_util.Conv2DInfo): Tap[] {
  const { filterHeight, filterWidth, dilationHeight, dilationWidth, inChannels, padInfo } = info;
  return Array.from({ length: filterHeight * filterWidth }, (_, tap) => ({
    y: Math.floor(tap / filterWidth) * dilationHeight - padInfo.top,
    x: (tap % filterWidth) * dilationWidth - padInfo.left,
    offset: 0,
    depth: inChannels,
    start: tap * inChannels,
  }));
}
