import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
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

/** Of the slope: ReLU's kinks and float32 along a central difference of 2·STEP. */
const DIFFERENCES = 1e-2;
const STEP = 1e-2;

test("its slope is that of differences, and nothing leaks", () => {
  const extractor = createRandomConvolutionExtractor({ dimension: 8 });
  const values = createRng(4).fillUniform(new Float32Array(2 * 16 * 16), -1, 1);
  const lossOf = (x: tf.Tensor): tf.Scalar => tf.tidy(() => tf.sum(tf.square(extractor.features(x as tf.Tensor4D))));
  const at = (list: Float32Array): number => tf.tidy(() => lossOf(tf.tensor4d(list, [2, 16, 16, 1])).dataSync()[0]);
  at(values); // the filters are kept from here on
  const before = tf.memory().numTensors;
  const slope = tf.tidy(() =>
    tf
      .grad(lossOf)(tf.tensor4d(values, [2, 16, 16, 1]))
      .dataSync<"float32">(),
  );
  expect(tf.memory().numTensors).toBe(before);
  const length = Math.hypot(...slope);
  const moved = (by: number): Float32Array => values.map((value, i) => value + (by * slope[i]) / length);
  const wanted = (at(moved(STEP)) - at(moved(-STEP))) / (2 * STEP);
  expect(Math.abs(length / wanted - 1)).toBeLessThan(DIFFERENCES);
  extractor.dispose();
});

test("nothing leaks and grey images work", async () => {
  const before = tf.memory().numTensors;
  const extractor = createRandomConvolutionExtractor();
  await extractor.extract(randomImages(2, 3, 16, 1));
  extractor.dispose();
  expect(tf.memory().numTensors).toBe(before);
  expect(() => createRandomConvolutionExtractor({ dimension: 0 })).toThrow("dimension must be an integer ≥ 1; got 0.");
});
