import * as tf from "@tensorflow/tfjs-core";
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
});
