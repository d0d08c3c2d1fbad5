import * as tf from "@tensorflow/tfjs-core";
import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { randomImages } from "../__fixtures__/random-features.ts";
import { type InceptionModeName, inceptionModes } from "./modes.ts";
import { createInputPreparation } from "./prepare-input.ts";

/** float32 sums of at most 300 products of values up to 255, on the scale of the network's input. */
const FLOAT32 = 2e-6;

beforeAll(async () => {
  await ready({ backend: "wasm" });
});

function prepare(mode: InceptionModeName, images: ReturnType<typeof randomImages>): tf.Tensor4D {
  const preparation = createInputPreparation(inceptionModes[mode]);
  const input = preparation.prepare(images);
  preparation.dispose();
  return input;
}

test("pytorch-fid at 299 px is 2·(u/255) − 1, torch-fidelity (u − 128)/128: no resize", () => {
  const images = randomImages(1, 1, 299);
  const expected = { "pytorch-fid": (u: number) => 2 * (u / 255) - 1, "torch-fidelity": (u: number) => (u - 128) / 128 };
  for (const [mode, value] of Object.entries(expected)) {
    const input = prepare(mode as InceptionModeName, images); // the keys above are mode names
    const values = input.dataSync();
    for (let i = 0; i < values.length; i += 97) expect(Math.abs(values[i] - value(images.data[i]))).toBeLessThan(FLOAT32);
    input.dispose();
  }
});

test("pytorch-fid agrees with the backend's own bilinear resize", () => {
  const images = randomImages(2, 2, 40);
  const input = prepare("pytorch-fid", images);
  const largest = tf.tidy(() => {
    const pixels = tf.tensor4d(Float32Array.from(images.data), [2, 40, 40, 3]);
    const resized = tf.image.resizeBilinear(pixels, [299, 299], false, true);
    return tf.max(tf.abs(tf.sub(tf.sub(tf.div(resized, 127.5), 1), input))).dataSync()[0];
  });
  expect(largest).toBeLessThan(1e-4); // coordinates near 40 in float32
  input.dispose();
});

test("clean-fid cuts the overshoot of its bicubic filter to 0..255", () => {
  const stripes = {
    data: Uint8Array.from({ length: 8 * 8 }, (_, i) => (i % 8 < 4 ? 0 : 255)),
    count: 1,
    height: 8,
    width: 8,
    channels: 1,
  };
  const input = prepare("clean-fid", stripes);
  const values = input.dataSync();
  expect(Math.min(...values.slice(0, 3000))).toBe(-1);
  expect(Math.max(...values.slice(0, 3000))).toBe((255 - 128) / 128);
  input.dispose();
});

test("grey is taken as RGB; tensors do not leak", () => {
  const grey = randomImages(3, 2, 20, 1);
  const colour = {
    ...grey,
    channels: 3,
    data: Uint8Array.from({ length: grey.data.length * 3 }, (_, i) => grey.data[Math.floor(i / 3)]),
  };
  const before = tf.memory().numTensors;
  const [a, b] = [prepare("torch-fidelity", grey), prepare("torch-fidelity", colour)];
  expect(a.shape).toEqual([2, 299, 299, 3]);
  expect(a.dataSync()).toEqual(b.dataSync());
  tf.dispose([a, b]);
  expect(tf.memory().numTensors).toBe(before);
});
