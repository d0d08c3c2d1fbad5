import * as tf from "@tensorflow/tfjs-core";
import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { randomImages } from "./__fixtures__/random-features.ts";
import { batchImages, collectImages, type ImageArray, quantiseImages } from "./images.ts";

beforeAll(async () => {
  await ready({ backend: "cpu" });
});

async function collect(source: AsyncIterable<ImageArray>): Promise<ImageArray[]> {
  const batches: ImageArray[] = [];
  for await (const batch of source) batches.push(batch);
  return batches;
}

test("every uint8 survives the way to [−1, 1] and back", async () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  const images = tf.tensor4d(
    Float32Array.from(bytes, (value) => value / 127.5 - 1),
    [1, 16, 16, 1],
  );
  const before = tf.memory().numTensors;
  const quantised = await quantiseImages(images);
  expect(quantised).toEqual({ data: bytes, count: 1, height: 16, width: 16, channels: 1 });
  expect(tf.memory().numTensors).toBe(before);
  images.dispose();
});

test("values outside are cut, the middle rounds as the references do, NaN is refused", async () => {
  const quantise = (values: number[]) => quantiseImages(tf.tensor4d(values, [1, 1, values.length, 1]));
  expect([...(await quantise([-3, -1, 0, 1, 3])).data]).toEqual([0, 0, 128, 255, 255]);
  await expect(quantise([0, Number.NaN])).rejects.toThrow("[quantiseImages] image values must be finite; got NaN at index 1.");
});

test("batches do not depend on how the source is cut", async () => {
  const images = randomImages(1, 7, 4);
  const cut = (from: number, to: number): ImageArray => ({
    ...images,
    data: images.data.slice(from * 48, to * 48),
    count: to - from,
  });
  const whole = await collect(batchImages(images, 3));
  const pieces = await collect(batchImages([cut(0, 1), cut(1, 6), cut(6, 7)], 3));
  expect(whole.map(({ count }) => count)).toEqual([3, 3, 1]);
  expect(pieces).toEqual(whole);
  expect(await collectImages([cut(0, 2), cut(2, 7)])).toEqual(images);
});

test("refuses no images, mixed sizes and wrong lengths", async () => {
  await expect(collect(batchImages([], 4))).rejects.toThrow("[images] at least one image is needed; got none.");
  await expect(collect(batchImages([randomImages(1, 1, 4), randomImages(1, 1, 5)], 4))).rejects.toThrow("got 4×4×3 and 5×5×3");
  await expect(collect(batchImages({ ...randomImages(1, 2, 4), count: 3 }, 4))).rejects.toThrow("expected 144 bytes");
  await expect(collect(batchImages({ ...randomImages(1, 2, 4), channels: 4 }, 4))).rejects.toThrow("1 or 3 channels; got 4");
});
