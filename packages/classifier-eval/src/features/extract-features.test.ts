import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { disposeParams, ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { compactCnn } from "../backbones/compact-cnn.ts";
import { memoryStore } from "../store/byte-store.ts";
import { headClassifier } from "../training/head-classifier.ts";
import { drawToyImages } from "../training/toy-images.ts";
import { predictHead, trainHead } from "../training/train-head.ts";
import { extractFeatures } from "./extract-features.ts";

beforeAll(async () => {
  await ready({ backend: "wasm" });
});

const backbone = compactCnn({ widths: [4, 8] });
const data = drawToyImages(10, { seed: 1 });

test("a second call reads the store; another image, weight or tap is computed; a damaged entry too; no leak", async () => {
  const params = backbone.init(createRng(0), { channels: 1 });
  const others = backbone.init(createRng(1), { channels: 1 });
  const before = tf.memory().numTensors;
  const store = memoryStore();
  const options = { backbone, params, data, batchSize: 4, store };
  const first = await extractFeatures(options);
  expect(first).toMatchObject({ count: 10, dimension: 8, isCached: false });
  const again = await extractFeatures({ ...options, batchSize: 3 });
  expect(again).toEqual({ ...first, isCached: true });
  expect((await extractFeatures({ ...options, params: others })).isCached).toBe(false);
  expect((await extractFeatures({ ...options, data: { ...data, images: data.images.map((v) => v ^ 1) } })).isCached).toBe(false);
  const tapped = await extractFeatures({ ...options, tap: "blocks.0" });
  expect(tapped).toMatchObject({ dimension: 4, isCached: false });
  const damaged = { ...store, read: async (name: string) => (await store.read(name))?.subarray(0, 50) };
  expect(await extractFeatures({ ...options, store: damaged })).toEqual(first);
  expect(tf.memory().numTensors).toBe(before);
  await expect(extractFeatures({ ...options, store: undefined, tap: "blocks.7" })).rejects.toThrow(
    'compact-cnn has no activation "blocks.7"; known: blocks.0, blocks.1.',
  );
  disposeParams(params, others);
});

test("features and head together are a classifier with the same answers", async () => {
  const params = backbone.init(createRng(0), { channels: 1 });
  const features = await extractFeatures({ backbone, params, data });
  const training = trainHead({ train: { features, labels: data.labels }, numClasses: 2, rng: createRng(0), epochs: 2 });
  for await (const { epoch } of training) expect(epoch).toBeLessThan(3);
  const head = training.head();
  const { probabilities } = predictHead(head, { features, labels: data.labels }, 2);
  const classifier = headClassifier({ backbone, params, head, classes: ["left", "right"], imageShape: data.imageShape });
  const whole = await classifier.predict(data.images);
  whole.forEach((value, i) => {
    expect(value).toBeCloseTo(probabilities[i], 5);
  });
  classifier.dispose();
  disposeParams(params);
});
