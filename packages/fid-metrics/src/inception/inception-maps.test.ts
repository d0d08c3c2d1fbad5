import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { randomInception } from "../__fixtures__/random-inception.ts";
import { createInceptionExtractor } from "./inception-extractor.ts";
import { loadInceptionMaps } from "./inception-maps.ts";

const weights = randomInception(3, "Mixed_5b");
/** Sums in another order, and ReLU's kinks along the difference. */
const TOLERANCE = 2e-2;

beforeAll(async () => {
  await ready({ backend: "wasm" });
});

test("at 299 pixels the maps' means are the extractor's features", async () => {
  const maps = loadInceptionMaps(weights);
  const extractor = createInceptionExtractor({ weights });
  const image = tf.tensor4d(createRng(1).fillUniform(new Float32Array(299 * 299 * 3), -1, 1), [1, 299, 299, 3]);
  const levels = tf.round(tf.mul(tf.add(image, 1), 127.5));
  const exact = tf.sub(tf.div(levels, 127.5), 1) as tf.Tensor4D; // what the extractor sees
  const found = maps.apply(exact);
  expect(maps.blocks).toHaveLength(found.length);
  const mean = await tf.mean(found[found.length - 1], [1, 2]).data();
  const { data } = await extractor.extract(exact);
  for (let i = 0; i < data.length; i++) expect(Math.abs(mean[i] - data[i])).toBeLessThan(1e-4 * (1 + Math.abs(data[i])));
  tf.dispose([image, levels, exact, found]);
  maps.dispose();
  extractor.dispose();
});

test("small and grey images are taken, the slope is that of differences, nothing is left behind", async () => {
  const before = tf.memory().numTensors;
  const maps = loadInceptionMaps(weights);
  const size = 20 * 20;
  const values = createRng(2).fillUniform(new Float32Array(size), -1, 1);
  const loss = (image: tf.Tensor): tf.Scalar =>
    tf.tidy(() => tf.addN(maps.apply(image as tf.Tensor4D).map((map) => tf.mean(tf.square(map)))) as tf.Scalar);
  const at = (list: Float32Array): number => tf.tidy(() => loss(tf.tensor4d(list, [1, 20, 20, 1])).dataSync()[0]);
  const slope = tf.tidy(() =>
    tf
      .grad(loss)(tf.tensor4d(values, [1, 20, 20, 1]))
      .dataSync(),
  );
  const length = Math.hypot(...slope);
  const moved = (by: number) => at(values.map((value, i) => value + (by * slope[i]) / length));
  const wanted = (moved(1e-2) - moved(-1e-2)) / 2e-2;
  expect(Math.abs(length - wanted)).toBeLessThan(TOLERANCE * wanted);
  maps.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
