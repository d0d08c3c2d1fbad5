import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { cutmix, mixup, targetsOf } from "./mix-batch.ts";

beforeAll(async () => {
  await ready({ backend: "cpu" });
});

/** Image i is all i, and of class i. */
const batch = () => ({
  images: tf.tile(tf.reshape(tf.range(0, 4), [4, 1, 1, 1]), [1, 8, 6, 1]) as tf.Tensor4D,
  targets: targetsOf([0, 1, 2, 3], 4),
});
const expected = (targets: Float32Array, i: number) => [0, 1, 2, 3].reduce((sum, k) => sum + k * targets[4 * i + k], 0);

test.each([
  ["mixup", mixup({ alpha: 0.7 })],
  ["cutmix", cutmix()],
])("%s mixes targets as it mixes pixels, repeatably, and leaks nothing", (_, mix) => {
  const given = batch();
  const before = tf.memory().numTensors;
  for (let seed = 0; seed < 20; seed++) {
    const { images, targets } = mix(given, createRng(seed));
    const means = tf.tidy(() => tf.mean(images, [1, 2, 3]).dataSync());
    for (let i = 0; i < 4; i++) {
      expect(means[i]).toBeCloseTo(expected(targets, i), 5);
      expect(targets.slice(4 * i, 4 * i + 4).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
    }
    const again = mix(given, createRng(seed));
    expect(again.images.dataSync()).toEqual(images.dataSync());
    tf.dispose([images, again.images]);
  }
  expect(tf.memory().numTensors).toBe(before);
});

test("p = 0 leaves the batch as it is", () => {
  const given = batch();
  const { images, targets } = mixup({ p: 0 })(given, createRng(0));
  expect(images.dataSync()).toEqual(given.images.dataSync());
  expect(targets).toEqual(given.targets);
});

test("the share is Beta(α, α): mean ½, variance 1/(4(2α + 1))", () => {
  const images = tf.tensor4d([0, 1], [2, 1, 1, 1]);
  for (const alpha of [0.2, 3]) {
    const mix = mixup({ alpha });
    const shares: number[] = [];
    for (let seed = 0; shares.length < 1500; seed++) {
      const { targets, images: mixed } = mix({ images, targets: targetsOf([0, 1], 2) }, createRng(seed));
      mixed.dispose();
      if (createRng(seed).fork("order").shuffle([0, 1])[0] === 1) shares.push(targets[0]);
    }
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length;
    const truth = 1 / (4 * (2 * alpha + 1));
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(truth / shares.length));
    expect(Math.abs(variance - truth)).toBeLessThan(0.15 * truth);
  }
});

test("mistakes are named", () => {
  expect(() => mixup({ alpha: 0 })).toThrow("alpha must be above 0; got 0.");
  expect(() => cutmix({ prob: 1 } as object)).toThrow('unknown option "prob"');
  expect(() => targetsOf([0, 4], 4)).toThrow("label 1 must be an integer in [0, 4); got 4.");
  expect(() => mixup()({ ...batch(), targets: new Float32Array(5) }, createRng(0))).toThrow("targets must be 4 rows");
});
