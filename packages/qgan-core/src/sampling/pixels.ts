import * as tf from "@tensorflow/tfjs-core";

/** uint8 NHWC pixels → [batch, height, width, channels] in [−1, 1]: x / 127.5 − 1. */
export function imagesFromPixels(pixels: Uint8Array, [height, width, channels]: readonly [number, number, number]): tf.Tensor4D {
  const values = new Float32Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) values[i] = pixels[i] / 127.5 - 1;
  return tf.tensor4d(values, [pixels.length / (height * width * channels), height, width, channels]);
}

/** Images in [−1, 1] → uint8: (x + 1)·127.5, rounded and clamped; exact on what `imagesFromPixels` gave. */
export function pixelsFromImages(values: ArrayLike<number>): Uint8Array {
  const pixels = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) pixels[i] = Math.min(255, Math.max(0, Math.round((values[i] + 1) * 127.5)));
  return pixels;
}
