import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ready } from "../ready.ts";
import { fixed, gradientCases } from "./gradient-cases.ts";

/** float32 on both sides, through two derivatives; relative to 1 + the largest entry. */
const TOLERANCE = 2e-5;

beforeAll(async () => {
  await ready({ backend: "cpu" });
  await ready({ backend: "wasm" });
});
afterAll(() => expect(tf.memory().numTensors).toBe(0));

/** Kernels that neither backend's package has for wasm; using them says so. */
const absentOnWasm: readonly string[] = [];

describe("gradients on wasm agree with the cpu backend, first and second order", () => {
  test.each(gradientCases.filter(({ name }) => !absentOnWasm.includes(name)).map((one) => [one.name, one] as const))(
    "%s",
    async (_, one) => {
      const [low, high] = one.range ?? [-1.9, 2.1];
      const size = tf.util.sizeFromShape([...one.shape]);
      const values = Array.from({ length: size }, (_, i) => low + ((((i * 7) % size) + 0.37) / size) * (high - low));
      const loss = (x: tf.Tensor) => tf.sum(tf.mul(tf.square(one.op(x)), 0.5));
      const results: Float32Array[][] = [];
      for (const backend of ["cpu", "wasm"] as const) {
        await ready({ backend });
        results.push(
          tf.tidy(() => {
            const x = tf.tensor(values, [...one.shape]);
            const first = tf.grad(loss)(x);
            const second = tf.grad((z) => tf.sum(tf.mul(tf.square(tf.grad(loss)(z)), fixed(one.shape, 7))))(x);
            return [first.dataSync() as Float32Array, second.dataSync() as Float32Array];
          }),
        );
      }
      results[0].forEach((wanted, order) => {
        const largest = wanted.reduce((a, b) => Math.max(a, Math.abs(b)), 1);
        wanted.forEach((value, i) => {
          expect(Math.abs(value - results[1][order][i]), `order ${order + 1}, entry ${i}`).toBeLessThan(TOLERANCE * largest);
        });
      });
    },
  );
});
