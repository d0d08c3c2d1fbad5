import * as tf from "@tensorflow/tfjs-core";
import { ready } from "tfjs-train";
import { beforeAll, describe, expect, test } from "vitest";
import { randomImages } from "../__fixtures__/random-features.ts";
import { randomInception } from "../__fixtures__/random-inception.ts";
import { createInceptionExtractor } from "./inception-extractor.ts";

const weights = randomInception(3, "Mixed_5b");

/** The bound; sums are cut in the same places whatever the number of threads, so that they are equal. */
const THREADS = 1e-6;

beforeAll(async () => {
  await ready({ backend: "wasm" });
});

test("a feature does not depend on the batch that its image came in", async () => {
  const extractor = createInceptionExtractor({ weights });
  const images = randomImages(1, 3, 32);
  const together = await extractor.extract(images, { batchSize: 3 });
  const alone = await extractor.extract(images, { batchSize: 1 });
  expect(together).toEqual(alone);
  expect(together).toMatchObject({ count: 3, dimension: 192 });
  extractor.dispose();
});

test("a feature does not depend on the number of threads", async () => {
  const images = randomImages(6, 2, 48);
  const byThreads: Float64Array[] = [];
  for (const threads of [1, 2]) {
    await ready({ backend: "wasm", threads });
    const extractor = createInceptionExtractor({ weights });
    await extractor.extract(images); // the other threads come when they have started
    byThreads.push((await extractor.extract(images)).data);
    extractor.dispose();
  }
  await ready({ backend: "wasm" });
  const difference = byThreads[0].map((value, i) => Math.abs(value - byThreads[1][i]) / (1 + Math.abs(value)));
  expect(Math.max(...difference)).toBeLessThan(THREADS);
});

test("several taps in one pass are the taps one by one; tensors in [−1, 1] are the uint8 they stand for", async () => {
  const extractor = createInceptionExtractor({ weights, tap: 64 });
  const images = randomImages(2, 2, 40);
  const before = tf.memory().numTensors;
  const taps = await extractor.extractTaps(images, [64, 192]);
  const tensor = tf.tensor4d(
    Float32Array.from(images.data, (u) => u / 127.5 - 1),
    [2, 40, 40, 3],
  );
  expect(await extractor.extract(tensor)).toEqual(taps[64]);
  expect((await createInceptionExtractor({ weights }).extract(images)).data).toEqual(taps[192].data);
  tensor.dispose();
  extractor.dispose();
  expect(tf.memory().numTensors).toBeGreaterThan(before); // the second extractor was not disposed
});

test("dispose gives everything back", async () => {
  const before = tf.memory().numTensors;
  const extractor = createInceptionExtractor({ weights });
  await extractor.extract(randomImages(2, 1, 20));
  extractor.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test("reports images done and stops on a signal", async () => {
  const extractor = createInceptionExtractor({ weights, tap: 64 });
  const done: number[] = [];
  await extractor.extract(randomImages(4, 3, 16), { batchSize: 2, onProgress: (progress) => done.push(progress.done) });
  expect(done).toEqual([2, 3]);
  const controller = new AbortController();
  const stopped = extractor.extract(randomImages(4, 3, 16), {
    batchSize: 1,
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  await expect(stopped).rejects.toThrow(/abort/i);
  extractor.dispose();
});

describe("refuses with a sentence", () => {
  test("a tap beyond the file", () => {
    expect(() => createInceptionExtractor({ weights, tap: 2048 })).toThrow(
      "[createInceptionExtractor] tap 2048 lies beyond these weights, which end at Mixed_5b and reach 64, 192. " +
        "Give pt_inception-2015-12-05-6726825d.pth, or take one of those.",
    );
  });
  test("an unknown tap, mode or option, and weights without a tap", () => {
    // Values that the types do not know, as plain JavaScript could give them.
    expect(() => createInceptionExtractor({ weights, tap: 100 as never })).toThrow("no tap 100; known: 64, 192, 768, 2048");
    expect(() => createInceptionExtractor({ weights, mode: "pytorch_fid" as never })).toThrow('did you mean "pytorch-fid"?');
    expect(() => createInceptionExtractor({ weights, size: 299 } as never)).toThrow('unknown option "size"');
    expect(() => createInceptionExtractor({ weights: randomInception(3, "Conv2d_1a_3x3") })).toThrow("end before the first tap");
  });
});

test("the fingerprint of logits tells classifiers apart, that of other taps does not look at them", () => {
  const whole = randomInception(3, "Mixed_7c");
  const bias = whole.tensors["fc.bias"];
  const other = {
    ...whole,
    tensors: { ...whole.tensors, "fc.bias": { ...bias, data: (bias.data as Float32Array).map((value) => value + 1) } },
  }; // a Float32Array, as it was drawn
  const fingerprints = (tap: 64 | "logits") =>
    [whole, other].map((file) => createInceptionExtractor({ weights: file, tap }).fingerprint);
  const [first, second] = fingerprints("logits");
  expect(first).not.toBe(second);
  const [third, fourth] = fingerprints(64);
  expect(third).toBe(fourth);
});

test("modes are different numbers, and say so", async () => {
  const images = randomImages(5, 1, 24);
  const byMode = await Promise.all(
    (["pytorch-fid", "torch-fidelity", "clean-fid"] as const).map(async (mode) => {
      const extractor = createInceptionExtractor({ weights, tap: 64, mode });
      const { data } = await extractor.extract(images);
      extractor.dispose();
      expect(extractor.mode).toBe(mode);
      return data[0];
    }),
  );
  expect(new Set(byMode).size).toBe(3);
});
