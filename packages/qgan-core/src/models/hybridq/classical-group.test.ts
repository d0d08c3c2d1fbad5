import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { initParams } from "../parameter-spec.ts";
import { classicalGroup } from "./classical-group.ts";

beforeAll(() => ready({ backend: "cpu" }));

const count = (options: { numSubGenerators: number; size: number; numWeights: number }) =>
  classicalGroup(options).parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0);

test.each([
  [10, 10, 180],
  [8, 5, 30],
  [3, 4, 24],
  [2, 4, 36],
  [1, 10, 90],
])("%i networks of size %i have %i parameters each, within 1 %%", (numSubGenerators, size, numWeights) => {
  const wanted = numSubGenerators * numWeights;
  expect(Math.abs(count({ numSubGenerators, size, numWeights }) - wanted)).toBeLessThanOrEqual(0.01 * wanted);
});

test("a count that no network meets is refused", () => {
  expect(() => classicalGroup({ numSubGenerators: 1, size: 10, numWeights: 10 })).toThrow(
    "no MLP 10-h-10 comes within 1 % of 10 parameters",
  );
});

test("each network sees its own features only, and nothing leaks", () => {
  const group = classicalGroup({ numSubGenerators: 2, size: 2, numWeights: 12 });
  const params = initParams(group.parameters, createRng(0));
  const [a, b] = [tf.tensor2d([[0.1, 0.2, 0.3, 0.4]]), tf.tensor2d([[0.1, 0.2, -2, 3]])];
  const before = tf.memory().numTensors;
  const [first, second] = [group.apply(params, a), group.apply(params, b)];
  expect(tf.memory().numTensors).toBe(before + 2);
  const [x, y] = [first.dataSync(), second.dataSync()];
  expect([...x.subarray(0, 2)]).toEqual([...y.subarray(0, 2)]);
  expect(x[2]).not.toBe(y[2]);
  expect(Math.max(...x.map(Math.abs))).toBeLessThan(1);
});
