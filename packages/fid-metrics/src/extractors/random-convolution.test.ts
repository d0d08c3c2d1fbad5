import * as tf from "@tensorflow/tfjs-core";
import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { randomImages } from "../__fixtures__/random-features.ts";
import { frechetDistanceFromFeatures } from "../frechet-distance.ts";
import { createRandomConvolutionExtractor } from "./random-convolution.ts";

beforeAll(async () => {
  await ready({ backend: "wasm" });
});

test("the same seed gives the same features, another seed others", async () => {
  const images = randomImages(1, 5, 16);
  const first = await createRandomConvolutionExtractor({ seed: 4 }).extract(images);
  expect(first).toMatchObject({ count: 5, dimension: 64 });
  expect(await createRandomConvolutionExtractor({ seed: 4 }).extract(images, { batchSize: 2 })).toEqual(first);
  expect((await createRandomConvolutionExtractor({ seed: 5 }).extract(images)).data).not.toEqual(first.data);
});

test("tells images apart and agrees with plain JavaScript", async () => {
  const extractor = createRandomConvolutionExtractor({ dimension: 16 });
  const [noise, other] = [randomImages(2, 40, 16), randomImages(3, 40, 16)];
  const dark = { ...other, data: other.data.map((value) => value >> 2) };
  const [a, b, c] = [await extractor.extract(noise), await extractor.extract(other), await extractor.extract(dark)];
  expect(frechetDistanceFromFeatures(a, c)).toBeGreaterThan(10 * frechetDistanceFromFeatures(a, b));
  extractor.dispose();
  await ready({ backend: "cpu" });
  const plain = await extractor.extract(noise);
  plain.data.forEach((value, i) => {
    expect(Math.abs(value - a.data[i])).toBeLessThan(1e-5); // float32 sums of 288 products
  });
  extractor.dispose();
  await ready({ backend: "wasm" });
});

test("nothing leaks and grey images work", async () => {
  const before = tf.memory().numTensors;
  const extractor = createRandomConvolutionExtractor();
  await extractor.extract(randomImages(2, 3, 16, 1));
  extractor.dispose();
  expect(tf.memory().numTensors).toBe(before);
  expect(() => createRandomConvolutionExtractor({ dimension: 0 })).toThrow("dimension must be an integer ≥ 1; got 0.");
});
