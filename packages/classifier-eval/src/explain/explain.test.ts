import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import type { Backbone } from "../backbones/backbone.ts";
import { compactCnn } from "../backbones/compact-cnn.ts";
import { type Classifier, createClassifier } from "../training/classifier.ts";
import { trainClassifier } from "../training/train-classifier.ts";
import { confidentMistakes } from "./confident-mistakes.ts";
import { gradCam, type Heatmap } from "./grad-cam.ts";
import { occlusionMap } from "./occlusion-map.ts";

let classifier: Classifier;
const SIDE = 32;
/** Grey noise; class 1 has a bright square in the upper left quarter. */
function draw(count: number, seed: number) {
  const rng = createRng(seed);
  const images = new Uint8Array(count * SIDE * SIDE);
  const labels = Array.from({ length: count }, (_, i) => i % 2);
  images.forEach((_, k) => {
    const [i, y, x] = [Math.floor(k / SIDE ** 2), Math.floor(k / SIDE) % SIDE, k % SIDE];
    const isMarked = labels[i] === 1 && y >= 4 && y < 12 && x >= 4 && x < 12;
    images[k] = Math.min(255, Math.max(0, 110 + 15 * rng.normal() + (isMarked ? 90 : 0)));
  });
  return { images, labels, imageShape: [SIDE, SIDE, 1] as const };
}
beforeAll(async () => {
  await ready({ backend: "wasm" });
  const training = trainClassifier({
    train: draw(64, 1),
    classes: ["plain", "marked"],
    backbone: compactCnn({ widths: [8, 16] }),
    epochs: 12,
    batchSize: 16,
    learningRate: 0.01,
    rng: createRng(0),
  });
  for await (const _ of training); // until it is trained
  classifier = training.classifier();
  training.dispose();
});
const marked = draw(2, 9).images.subarray(SIDE * SIDE);
/** Share of a map's mass in the upper left quarter. */
const massInCorner = ({ data }: Heatmap) => {
  const total = data.reduce((a, b) => a + b);
  return data.reduce((sum, value, k) => sum + (k < (SIDE * SIDE) / 2 && k % SIDE < SIDE / 2 ? value : 0), 0) / total;
};

test("Grad-CAM and occlusion point to what the class is told by; 0 to 1; no leak", async () => {
  const before = tf.memory().numTensors;
  for (const explain of [gradCam, occlusionMap]) {
    const map = await explain(classifier, marked, { target: 1 });
    expect([map.height, map.width, map.data.length]).toEqual([SIDE, SIDE, SIDE * SIDE]);
    expect(Math.max(...map.data)).toBeCloseTo(1, 6);
    expect(Math.min(...map.data)).toBeGreaterThanOrEqual(0);
    expect(massInCorner(map), explain.name).toBeGreaterThan(0.6);
  }
  expect(tf.memory().numTensors).toBe(before);
});

test("without a target the most probable class is asked for; another tap is another map", async () => {
  expect(await gradCam(classifier, marked)).toEqual(await gradCam(classifier, marked, { target: 1 }));
  expect(await occlusionMap(classifier, marked)).toEqual(await occlusionMap(classifier, marked, { target: 1 }));
  expect(await gradCam(classifier, marked, { tap: "blocks.0" })).not.toEqual(await gradCam(classifier, marked));
});

/** A network whose one activation is the image and whose features are its mean, so that maps can be worked out by hand. */
const plain: Backbone = {
  ...compactCnn({ widths: [2] }),
  name: "plain",
  numFeatures: 2,
  init: () => ({}),
  features: (_, images, { tap = (_name, x) => x }) => ({
    features: tf.mean(tap("pixels", images), [1, 2]) as tf.Tensor2D, // the mean over two of four axes
    updates: {},
  }),
};
const byHand = (weight: number[]) =>
  createClassifier({
    backbone: plain,
    params: { "head.weight": tf.tensor2d(weight, [2, 2]), "head.bias": tf.zeros([2]) },
    classes: ["a", "b"],
    imageShape: [2, 4, 2],
  });
const IMAGE = Uint8Array.from([250, 0, 200, 255, 40, 51, 10, 102, 240, 255, 180, 0, 60, 153, 20, 51]);

test("Grad-CAM is eq. 1 and 2 of the paper: mean gradients weigh the channels, what speaks against is cut off", async () => {
  const classifier = byHand([3, -1, -2, 5]);
  for (const [target, weights] of [
    [0, [3, -2]],
    [1, [-1, 5]],
  ] as const) {
    const { data } = await gradCam(classifier, IMAGE, { target });
    const raw = Array.from({ length: 8 }, (_, p) =>
      Math.max(0, weights[0] * (IMAGE[2 * p] / 127.5 - 1) + weights[1] * (IMAGE[2 * p + 1] / 127.5 - 1)),
    );
    data.forEach((value, p) => {
      expect(value).toBeCloseTo(raw[p] / Math.max(...raw), 5);
    });
  }
  classifier.dispose();
});

test("occlusion: the probability that falls when squares are covered, the mean over the squares on each place", async () => {
  const classifier = byHand([3, 0, 0, 0]);
  const probability = async (image: Uint8Array) => (await classifier.predict(image))[0];
  const means = [0, 1].map((c) => Math.round(IMAGE.filter((_, k) => k % 2 === c).reduce((a, b) => a + b) / 8));
  const drops = [];
  for (const left of [0, 1, 2]) {
    const covered = IMAGE.map((value, k) =>
      Math.floor(k / 2) % 4 >= left && Math.floor(k / 2) % 4 < left + 2 ? means[k % 2] : value,
    );
    drops.push((await probability(IMAGE)) - (await probability(covered)));
  }
  const columns = [drops[0], (drops[0] + drops[1]) / 2, (drops[1] + drops[2]) / 2, drops[2]].map((drop) => Math.max(0, drop));
  const { data } = await occlusionMap(classifier, IMAGE, { target: 0, size: 2, stride: 1 });
  data.forEach((value, p) => {
    expect(value).toBeCloseTo(columns[p % 4] / Math.max(...columns), 5);
  });
  classifier.dispose();
});

test("where nothing matters the map is empty, not the noise of rounding made large", async () => {
  for (const weight of [
    [0, 0, 0, 0],
    [1e-6, 0, 0, 0],
  ]) {
    const classifier = byHand(weight);
    expect([...(await occlusionMap(classifier, IMAGE, { target: 0 })).data]).toEqual(Array(8).fill(0));
    classifier.dispose();
  }
});

test("mistakes are named", async () => {
  await expect(gradCam(classifier, marked, { tap: "layer4" })).rejects.toThrow(
    'compact-cnn has no activation "layer4"; known: blocks.0, blocks.1.',
  );
  await expect(gradCam(classifier, marked, { target: 2 })).rejects.toThrow("target must be a class from 0 to 1; got 2.");
  await expect(gradCam(classifier, marked.subarray(1))).rejects.toThrow("an image has 1024 bytes; got 1023.");
  await expect(occlusionMap(classifier, marked, { size: 0 })).rejects.toThrow("size must be an integer ≥ 1; got 0.");
});

test("the most confident mistakes come first, and right answers not at all", () => {
  const predictions = { labels: [0, 1, 0, 1], numClasses: 2, probabilities: [0.4, 0.6, 0.9, 0.1, 0.8, 0.2, 0.3, 0.7] };
  expect(confidentMistakes(predictions)).toEqual([
    { index: 1, label: 1, predicted: 0, confidence: 0.9 },
    { index: 0, label: 0, predicted: 1, confidence: 0.6 },
  ]);
  expect(confidentMistakes(predictions, { most: 1 })).toHaveLength(1);
  for (const most of [-1, Number.NaN, 1.5])
    expect(() => confidentMistakes(predictions, { most })).toThrow(`most must be an integer ≥ 0; got ${most}.`);
});
