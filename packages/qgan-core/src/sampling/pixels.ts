import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";

/** uint8 NHWC pixels → [batch, height, width, channels] in [−1, 1]: x / 127.5 − 1. */
export function imagesFromPixels(pixels: Uint8Array, [height, width, channels]: readonly [number, number, number]): tf.Tensor4D {
  const values = new Float32Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) values[i] = pixels[i] / 127.5 - 1;
  return tf.tensor4d(values, [pixels.length / (height * width * channels), height, width, channels]);
}

/**
 * Images in [−1, 1] → uint8: (x + 1)·127.5, rounded and clamped; exact on what `imagesFromPixels` gave.
 *
 * @throws UsageError for NaN, which would be black.
 */
export function pixelsFromImages(values: ArrayLike<number>): Uint8Array {
  const pixels = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const pixel = Math.round((values[i] + 1) * 127.5);
    if (Number.isNaN(pixel))
      expect(
        false,
        "pixelsFromImages",
        "the generator made NaN instead of an image: its training has diverged; take an earlier checkpoint.",
      );
    pixels[i] = Math.min(255, Math.max(0, pixel));
  }
  return pixels;
}
