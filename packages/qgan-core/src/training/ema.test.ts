import * as tf from "@tensorflow/tfjs-core";
import { ready } from "tfjs-train";
import { expect, test } from "vitest";
import { emaDecay, nextEma } from "./ema.ts";

test("after one half-life of images a weight's share has halved", () => {
  const options = { halfLifeKimg: 10, rampUp: 0 };
  expect(emaDecay(0, 32, options) ** (10_000 / 32)).toBeCloseTo(0.5, 12);
});

test("the ramp-up shortens the half-life to its share of the images seen", () => {
  const options = { halfLifeKimg: 10, rampUp: 0.05 };
  expect(emaDecay(0, 32, options)).toBe(0);
  expect(emaDecay(2000, 32, options)).toBeCloseTo(0.5 ** (32 / 100), 12);
  expect(emaDecay(1e9, 32, options)).toBeCloseTo(0.5 ** (32 / 10_000), 12);
});

test("decay 0 gives a copy bit for bit, decay 1 leaves the average alone", async () => {
  await ready({ backend: "cpu" });
  const average = { weight: tf.tensor1d([1e3, -7e-3, 0.1]) };
  const params = { weight: tf.tensor1d([1e-4, 0.3, 12345.678]) };
  const next = (decay: number) => nextEma(average, params, decay, new Set(["weight"])).weight.dataSync();
  expect(next(0)).toEqual(params.weight.dataSync());
  expect(next(1)).toEqual(average.weight.dataSync());
});

test("averages the named tensors, copies the others, leaks nothing", async () => {
  await ready({ backend: "cpu" });
  const average = { weight: tf.tensor1d([0, 4]), bound: tf.scalar(1) };
  const params = { weight: tf.tensor1d([1, 0]), bound: tf.scalar(2) };
  const before = tf.memory().numTensors;
  const next = nextEma(average, params, 0.75, new Set(["weight"]));
  expect(tf.memory().numTensors).toBe(before + 2);
  expect([...next.weight.dataSync()]).toEqual([0.25, 3]);
  tf.dispose(params);
  expect([...next.bound.dataSync()]).toEqual([2]);
});
