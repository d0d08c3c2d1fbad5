import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { prefixParams, ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { classifierLogits } from "../training/classifier.ts";
import { efficientnetB0, efficientnetB0Dropped } from "./efficientnet-b0.ts";
import { mobilenetV2, mobilenetV2Tensorflow } from "./mobilenet-v2.ts";
import { createPass, keepMask } from "./network-pass.ts";

beforeAll(async () => {
  await ready({ backend: "wasm" });
});

test("a mask leaves out its share and keeps the expectation", () => {
  const mask = keepMask(createRng(0), 20_000, 0.2);
  expect(new Set(mask)).toEqual(new Set([0, Math.fround(1.25)]));
  const mean = mask.reduce((sum, value) => sum + value, 0) / mask.length;
  expect(Math.abs(mean - 1)).toBeLessThan(4 * Math.sqrt(0.25 / mask.length)); // four standard errors
});

test("a branch is left out for whole images, in training with a stream only, and not in frozen stages", () => {
  const x = tf.ones<tf.Rank.R4>([200, 2, 2, 3]);
  const rng = createRng(1);
  const dropped = createPass({}, { training: true, rng }).dropBranch("features.6.1", x, 0.3);
  const values = dropped.dataSync();
  const first = Array.from({ length: 200 }, (_, i) => values[12 * i]);
  expect([...values]).toEqual(first.flatMap((value) => Array<number>(12).fill(value)));
  expect(first.filter((value) => value === 0).length / 200).toBeCloseTo(0.3, 0);
  for (const options of [{ training: false, rng }, { training: true }, { training: true, rng, isFrozen: () => true }])
    expect(createPass({}, options).dropBranch("features.6.1", x, 0.3)).toBe(x);
  expect(createPass({}, { training: true, rng }).dropBranch("features.2.0", x, 0)).toBe(x);
});

/** torchvision 0.28: `p` of the StochasticDepth of efficientnet_b0's blocks, 0.2·i/16; those of stride 1 with a shortcut use it. */
const SHORTCUTS: Readonly<Record<string, number>> = {
  ...{ "features.2.1": 0.025, "features.3.1": 0.05, "features.4.1": 0.075, "features.4.2": 0.0875 },
  ...{ "features.5.1": 0.1125, "features.5.2": 0.125, "features.6.1": 0.15, "features.6.2": 0.1625, "features.6.3": 0.175 },
};

test("EfficientNet-B0 leaves out the blocks that torchvision leaves out, as often; no leak", () => {
  const dropped = efficientnetB0Dropped();
  expect(Object.keys(dropped)).toEqual(Object.keys(SHORTCUTS));
  for (const [name, probability] of Object.entries(SHORTCUTS)) expect(dropped[name], name).toBeCloseTo(probability, 12);
  const asked: string[] = [];
  const rng = createRng(2);
  const spied = { ...rng, fork: (label: string) => rng.fork(asked[asked.push(label) - 1]) };
  const params = efficientnetB0.init(createRng(0), { channels: 3 });
  const images = tf.randomUniform<tf.Rank.R4>([2, 32, 32, 3], -1, 1, "float32", 1);
  const before = tf.memory().numTensors;
  const { features, updates } = efficientnetB0.features(params, images, { training: true, rng: spied });
  tf.dispose([features, ...Object.values(updates)]);
  expect(tf.memory().numTensors).toBe(before);
  expect(asked).toEqual(Object.keys(SHORTCUTS));
});

test("the head sees features with a share left out, the same for the same stream; inference sees all", () => {
  expect([efficientnetB0.dropout, mobilenetV2.dropout, mobilenetV2Tensorflow.dropout]).toEqual([0.2, 0.2, undefined]);
  const features = tf.ones<tf.Rank.R2>([4, 50]);
  const backbone = { ...mobilenetV2, numFeatures: 50, features: () => ({ features, updates: {} }) };
  const params = { "head.weight": tf.ones([50, 2]), "head.bias": tf.zeros([2]), ...prefixParams({}, "backbone") };
  const images = tf.zeros<tf.Rank.R4>([4, 2, 2, 3]);
  const logits = (training: boolean, seed?: number) => [
    ...classifierLogits(backbone, params, images, {
      training,
      ...(seed === undefined ? {} : { rng: createRng(seed) }),
    }).logits.dataSync(),
  ];
  expect(logits(false, 1)).toEqual(Array(8).fill(50));
  expect(logits(true)).toEqual(Array(8).fill(50));
  expect(logits(true, 1)).toEqual(logits(true, 1));
  expect(logits(true, 1)).not.toEqual(logits(true, 2));
  for (const value of logits(true, 1)) expect(value % 1.25).toBeCloseTo(0, 4); // a number of kept features
});
