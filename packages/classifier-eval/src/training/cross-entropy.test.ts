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
  expect(crossEntropy(logits, [0, 1], { classWeights: [3, 1] }).dataSync()[0]).toBeCloseTo(
    (3 * Math.log(2) + Math.log(4 / 3)) / 4,
    6,
  );
});

test("smoothing and soft targets are the same thing", () => {
  const logits = tf.tensor2d([0.3, -1, 2, 0.1, 0, -0.4], [2, 3]);
  const smooth = crossEntropy(logits, [2, 0], { labelSmoothing: 0.3 }).dataSync()[0];
  expect(crossEntropy(logits, [0.1, 0.1, 0.8, 0.8, 0.1, 0.1]).dataSync()[0]).toBeCloseTo(smooth, 6);
});

test("focal loss by hand, and its gradient against differences", () => {
  const at = (x: number) => tf.tensor2d([x, 0], [1, 2]);
  const byHand = (x: number) => {
    const p = 1 / (1 + Math.exp(-x));
    return -((1 - p) ** 2) * Math.log(p);
  };
  expect(crossEntropy(at(0.7), [0], { focalGamma: 2 }).dataSync()[0]).toBeCloseTo(byHand(0.7), 6);
  const gradient = tf
    .grad((x) => crossEntropy(x as tf.Tensor2D, [0], { focalGamma: 2 }))(at(0.7))
    .dataSync();
  expect(gradient[0]).toBeCloseTo((byHand(0.7 + 1e-5) - byHand(0.7 - 1e-5)) / 2e-5, 5);
});

test("mistakes are named", () => {
  const logits = tf.zeros<tf.Rank.R2>([2, 3]);
  expect(() => crossEntropy(logits, [0])).toThrow("needs 2 labels or 2×3 soft targets; got 1 numbers.");
  expect(() => crossEntropy(logits, [0, 1], { labelSmoothing: 1 })).toThrow("labelSmoothing must lie in [0, 1); got 1.");
  expect(() => crossEntropy(logits, [0, 1], { focalGamma: -1 })).toThrow("focalGamma must be at least 0; got -1.");
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
