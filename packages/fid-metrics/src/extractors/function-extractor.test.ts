import * as tf from "@tensorflow/tfjs-core";
import { centerCrop, resizeShorterSide } from "array-kernels";
import { createRng } from "repro-kit";
import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { randomImages } from "../__fixtures__/random-features.ts";
import { createFunctionExtractor } from "./function-extractor.ts";

/** Mean of each colour: [batch, 3]. */
const meanColour = (images: tf.Tensor4D): tf.Tensor2D => tf.mean(images, [1, 2]) as tf.Tensor2D; // two of four axes are left

beforeAll(async () => {
  await ready({ backend: "cpu" });
});

test("a function of images in [−1, 1], of their own size; what is left of the batch is given back", async () => {
  let isDisposed = false;
  const extractor = createFunctionExtractor({
    name: "mean-colour",
    dimension: 3,
    fingerprint: "1",
    run: meanColour,
    dispose: () => {
      isDisposed = true;
    },
  });
  const before = tf.memory().numTensors;
  const data = Uint8Array.of(0, 255, 51, 0, 255, 153, 255, 0, 0, 255, 0, 0);
  const { count, dimension, data: features } = await extractor.extract({ data, count: 2, height: 1, width: 2, channels: 3 });
  expect([count, dimension]).toEqual([2, 3]);
  const wanted = [-1, 1, -0.2, 1, -1, -1];
  for (const [i, value] of features.entries()) expect(value).toBeCloseTo(wanted[i], 6);
  expect(tf.memory().numTensors).toBe(before);
  expect(extractor).toMatchObject({ tap: "3", mode: "own", resize: "none; mean 0.5 0.5 0.5, std 0.5 0.5 0.5" });
  extractor.dispose();
  expect(isDisposed).toBe(true);
});

test.each([
  ["stretch", "Pillow bilinear to 4 on uint8; mean 0 0 0, std 1 1 1"],
  ["crop", "Pillow bilinear to 4 on uint8, shorter side, middle; mean 0 0 0, std 1 1 1"],
] as const)("images are resized as asked: %s", async (fit, resize) => {
  const seen: number[][] = [];
  const extractor = createFunctionExtractor({
    name: "shape",
    dimension: 3,
    fingerprint: "1",
    input: { size: 4, fit, filter: "bilinear", mean: [0, 0, 0], std: [1, 1, 1] },
    run(images) {
      seen.push(images.shape);
      return meanColour(images);
    },
  });
  const grey = randomImages(1, 2, 8).data.subarray(0, 2 * 6 * 10);
  const { data } = await extractor.extract({ data: grey, count: 2, height: 6, width: 10, channels: 1 });
  expect(seen).toEqual([[2, 4, 4, 3]]);
  expect(data[0]).toBe(data[2]);
  expect(extractor.resize).toBe(resize);
});

/** Float32 products of weights in another order. */
const RESIZED = 1e-5;

test.each(["nearest", "bilinear", "bicubic", "lanczos"] as const)(
  "features of tensors see the %s resize in float32",
  (filter) => {
    const size = 5;
    const run = (x: tf.Tensor4D): tf.Tensor2D => tf.reshape(x, [x.shape[0], size * size * 3]);
    const input = { size, fit: "crop", filter, mean: [0.1, 0.2, 0.3], std: [0.5, 1, 2] } as const;
    const extractor = createFunctionExtractor({ name: "pixels", dimension: 75, fingerprint: "1", input, run });
    for (const [height, width, channels] of [
      [7, 12, 3],
      [9, 3, 1],
    ]) {
      const shape: [number, number, number, number] = [2, height, width, channels];
      const values = createRng(1).fillUniform(new Float32Array(2 * height * width * channels), -1, 1);
      const found = tf.tidy(() => extractor.features(tf.tensor4d(values, shape)).dataSync<"float32">());
      const length = values.length / 2;
      for (let n = 0; n < 2; n++) {
        const data = values.slice(n * length, (n + 1) * length).map((value) => (value + 1) / 2);
        const resized = resizeShorterSide({ data, height, width, channels }, { size, filter });
        const middle = centerCrop(resized, { height: size, width: size });
        for (let i = 0; i < 75; i++) {
          const [pixel, c] = [Math.floor(i / 3), i % 3];
          const wanted = (middle.data[pixel * channels + (channels === 3 ? c : 0)] - input.mean[c]) / input.std[c];
          expect(Math.abs(found[n * 75 + i] - wanted)).toBeLessThan(RESIZED);
        }
      }
    }
  },
);

test("mistakes are told", async () => {
  const options = { name: "own", dimension: 2, fingerprint: "1", run: meanColour };
  expect(() => createFunctionExtractor({ ...options, dimension: 0 })).toThrow("dimension must be an integer ≥ 1; got 0");
  // Values that the types do not know, as plain JavaScript could give them.
  expect(() => createFunctionExtractor({ ...options, input: { fit: "pad" } as never })).toThrow(
    'fit must be "stretch" or "crop"',
  );
  expect(() => createFunctionExtractor({ ...options, input: { sise: 3 } as never })).toThrow('did you mean "size"?');
  await expect(createFunctionExtractor(options).extract(randomImages(1, 1, 4))).rejects.toThrow(
    "[createFunctionExtractor] run must return [1, 2]; got [1, 3].",
  );
  const extractor = createFunctionExtractor(options);
  expect(() => extractor.features(tf.zeros([2, 4, 4, 1]))).toThrow("run must return [2, 2]; got [2, 3].");
  expect(() => extractor.features(tf.zeros([2, 4, 4, 2]))).toThrow("images must have 1 or 3 channels; got [2, 4, 4, 2].");
});
