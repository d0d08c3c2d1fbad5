import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";

/**
 * uint8 images as a tensor in [−1, 1]: x/127.5 − 1.
 *
 * @param bytes - [n, height, width, channels]
 * @returns [n, height, width, channels]; the caller's.
 */
export function imageTensor(bytes: Uint8Array, [height, width, channels]: readonly [number, number, number]): tf.Tensor4D {
  const count = bytes.length / (height * width * channels);
  expect(Number.isInteger(count), "imageTensor", `${bytes.length} bytes are not whole ${height}×${width}×${channels} images.`);
  const values = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) values[i] = bytes[i] / 127.5 - 1; // `Float32Array.from` takes forty times as long
  return tf.tensor4d(values, [count, height, width, channels]);
}
