import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { kaimingUniform, normalInit, uniformInit, xavierUniform } from "./initializers.ts";
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
