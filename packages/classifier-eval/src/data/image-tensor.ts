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
  return tf.tensor4d(
    Float32Array.from(bytes, (byte) => byte / 127.5 - 1),
    [count, height, width, channels],
  );
}
