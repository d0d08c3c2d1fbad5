import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import {
  kaimingNormal,
  kaimingUniform,
  normalInit,
  orthogonal,
  type TruncatedNormalOptions,
  truncatedNormal,
  uniformInit,
  xavierNormal,
  xavierUniform,
} from "./initializers.ts";
import { ready } from "./ready.ts";

test("the same numbers on every backend, of the right distribution", async () => {
  const draws: number[][] = [];
  for (const backend of ["cpu", "wasm"] as const) {
    await ready({ backend });
    tf.tidy(() => draws.push([...normalInit(createRng(1), [100, 100], 0.02).dataSync()]));
  }
  expect(draws[1]).toEqual(draws[0]);
  const mean = draws[0].reduce((a, b) => a + b) / 1e4;
  const std = Math.sqrt(draws[0].reduce((a, b) => a + (b - mean) ** 2, 0) / 1e4);
  expect(Math.abs(mean)).toBeLessThan(0.001); // five standard errors
  expect(std).toBeCloseTo(0.02, 3);
  tf.tidy(() => {
    const within = (tensor: tf.Tensor, low: number, high: number) => {
      const values = [...tensor.dataSync()];
      expect(Math.min(...values)).toBeGreaterThanOrEqual(low);
      expect(Math.max(...values)).toBeLessThanOrEqual(high);
      expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(0.9 * (high - low));
    };
    within(uniformInit(createRng(2), [500], 1, 3), 1, 3);
    within(kaimingUniform(createRng(2), [500], 16), -0.25, 0.25);
    within(xavierUniform(createRng(2), [500], 10, 14), -0.5, 0.5);
    expect(() => kaimingUniform(createRng(1), [1], 0)).toThrow("fanIn must be positive");
  });
  expect(tf.memory().numTensors).toBe(0);
});

test("normal ones have their spread, truncated ones their ends", async () => {
  await ready({ backend: "cpu" });
  tf.tidy(() => {
    const spread = (tensor: tf.Tensor) => Math.sqrt(tf.mean(tf.square(tensor)).dataSync()[0]);
    expect(spread(kaimingNormal(createRng(1), [10_000], 50, 0.2))).toBeCloseTo(Math.sqrt(2 / 1.04 / 50), 2);
    expect(spread(xavierNormal(createRng(1), [10_000], 60, 40))).toBeCloseTo(Math.sqrt(0.02), 2);
    const values = [...truncatedNormal(createRng(1), [100_000], { std: 0.5, low: -0.5, high: 1 }).dataSync()];
    expect(values.every((value) => value >= -0.5 && value <= 1)).toBe(true);
    // Mean of a normal cut at −1 and 2 standard deviations: 0.5·(φ(−1) − φ(2))/(Φ(2) − Φ(−1)).
    expect(values.reduce((a, b) => a + b) / 1e5).toBeCloseTo((0.5 * (0.24197 - 0.05399)) / (0.97725 - 0.15866), 2);
  });
});

/** 99.9 % of a χ² with 9 degrees of freedom. */
const CHI_SQUARED = 27.88;

test.each([
  ["a thin slice at the mean", 0, 1e-6],
  ["a thin slice far out", 5.9, 5.9001],
  ["the far end", 3, 40],
  ["the other far end", -40, -5.99],
  ["just beyond one", 1.2, 2],
  ["round zero", -0.4, 0.5],
])("a normal cut to %s is drawn at once, and is one", async (_, low, high) => {
  await ready({ backend: "cpu" });
  const count = 20_000;
  const started = performance.now();
  const values = tf.tidy(() => truncatedNormal(createRng(7), [count], { low, high }).dataSync());
  expect(performance.now() - started).toBeLessThan(1000);
  // Ten stretches of equal width where nearly all of it lies, and how much of the density each holds.
  const [from, to] =
    low > 1 ? [low, Math.min(high, low + 4 / low)] : high < -1 ? [Math.max(low, high + 4 / high), high] : [low, high];
  const shares = Array.from({ length: 10 }, (_, bin) => {
    const steps = Array.from({ length: 200 }, (_, i) => from + ((to - from) * (bin + (i + 0.5) / 200)) / 10);
    const middle = Math.abs(low) < Math.abs(high) ? low : high;
    return steps.reduce((sum, z) => sum + Math.exp((middle * middle - z * z) / 2), 0);
  });
  const inside = [...values].filter((value) => value >= from && value <= to);
  const total = shares.reduce((a, b) => a + b);
  const chiSquared = shares.reduce((sum, share, bin) => {
    const wanted = (inside.length * share) / total;
    const found = inside.filter((value) => Math.min(9, Math.floor((10 * (value - from)) / (to - from))) === bin).length;
    return sum + (found - wanted) ** 2 / wanted;
  }, 0);
  expect(inside.length).toBeGreaterThan(0.95 * count);
  expect(values.every((value) => value >= Math.fround(low) && value <= Math.fround(high))).toBe(true);
  expect(chiSquared).toBeLessThan(CHI_SQUARED);
});

test("fans and ends that are none are refused", () => {
  expect(() => xavierUniform(createRng(1), [1], 0, 0)).toThrow("fanIn and fanOut must be positive; got 0 and 0");
  expect(() => truncatedNormal(createRng(1), [1], { low: 7, high: 8 })).toThrow("within 6 standard deviations");
  expect(() => truncatedNormal(createRng(1), [1], { stdev: 1 } as TruncatedNormalOptions)).toThrow('did you mean "std"');
});

test("orthogonal matrices are, wide, tall and of rank four", async () => {
  await ready({ backend: "cpu" });
  for (const shape of [
    [5, 5],
    [3, 7],
    [7, 3],
    [2, 2, 3, 4],
  ])
    tf.tidy(() => {
      const columns = shape[shape.length - 1];
      const matrix = tf.reshape(orthogonal(createRng(4), shape, 2), [-1, columns]) as tf.Tensor2D;
      const isTall = matrix.shape[0] >= columns;
      const product = tf.matMul(matrix, matrix, isTall, !isTall);
      const error = tf.max(tf.abs(tf.sub(product, tf.mul(tf.eye(product.shape[0]), 4)))).dataSync()[0];
      expect(error).toBeLessThan(1e-5);
    });
});
