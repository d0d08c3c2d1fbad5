import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { prefixParams, ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { compactCnn } from "../backbones/compact-cnn.ts";
import { createClassifier, softmaxRows } from "./classifier.ts";

beforeAll(async () => {
  await ready({ backend: "cpu" });
});

const backbone = compactCnn({ widths: [4] });
const make = (numClasses: number, classes: string[]) =>
  createClassifier({
    backbone,
    params: {
      ...prefixParams(backbone.init(createRng(0), { channels: 1 }), "backbone"),
      "head.weight": tf.randomNormal([4, numClasses], 0, 1, "float32", 1),
      "head.bias": tf.zeros([numClasses]),
    },
    classes,
    imageShape: [4, 4, 1],
  });

test("probabilities of each image, independent of the batch; nothing leaks; dispose frees all", async () => {
  const before = tf.memory().numTensors;
  const classifier = make(3, ["a", "b", "c"]);
  const held = tf.memory().numTensors;
  const images = createRng(1).fillUniform(new Float32Array(32), 0, 256);
  const both = await classifier.predict(Uint8Array.from(images));
  const first = await classifier.predict(Uint8Array.from(images.subarray(0, 16)));
  expect(both.slice(0, 3)).toEqual(first);
  expect(both[0] + both[1] + both[2]).toBeCloseTo(1, 15);
  expect(tf.memory().numTensors).toBe(held);
  classifier.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test("a head for another number of classes is refused", () => {
  expect(() => make(3, ["a", "b"])).toThrow("the head must have 2 outputs (a, b); got 3.");
});

test("softmax of large logits", () => {
  expect([...softmaxRows([1000, 1000, -1000, 0], 2)]).toEqual([0.5, 0.5, 0, 1]);
});
