import * as tf from "@tensorflow/tfjs-core";
import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { balancedWeights, crossEntropy } from "./cross-entropy.ts";

beforeAll(async () => {
  await ready({ backend: "cpu" });
});

test("value and gradient: softmax − one-hot, over the batch", () => {
  const logits = tf.tensor2d([0, 0, 0, Math.log(3)], [2, 2]);
  expect(crossEntropy(logits, [0, 1]).dataSync()[0]).toBeCloseTo((Math.log(2) + Math.log(4 / 3)) / 2, 6);
  const gradient = tf
    .grad((x) => crossEntropy(x as tf.Tensor2D, [0, 1]))(logits)
    .dataSync();
  [-0.25, 0.25, 0.125, -0.125].forEach((value, i) => {
    expect(gradient[i]).toBeCloseTo(value, 6);
  });
});

test("class weights give PyTorch's weighted mean", () => {
  const logits = tf.tensor2d([0, 0, 0, Math.log(3)], [2, 2]);
  expect(crossEntropy(logits, [0, 1], [3, 1]).dataSync()[0]).toBeCloseTo((3 * Math.log(2) + Math.log(4 / 3)) / 4, 6);
});

test("huge logits stay finite; nothing leaks", () => {
  const logits = tf.tensor2d([1e4, -1e4], [1, 2]);
  const before = tf.memory().numTensors;
  const loss = crossEntropy(logits, [1]);
  expect(loss.dataSync()[0]).toBe(2e4);
  loss.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test("balanced weights let every class count the same", () => {
  expect(balancedWeights([0, 0, 0, 1], 3)).toEqual([4 / 9, 4 / 3, 1]);
});
