import * as tf from "@tensorflow/tfjs-core";
import { afterAll, describe, expect, test } from "vitest";
import { type BackendName, ready } from "../ready.ts";
import { fixed, gradientCases } from "./gradient-cases.ts";

/** float32 on both sides, through two derivatives; relative to 1 + the largest entry. */
const TOLERANCE = 2e-5;

const isUsable = (backend: BackendName) =>
  ready({ backend }).then(
    () => true,
    () => false,
  );
const usable: Partial<Record<BackendName, boolean>> = {
  cpu: await isUsable("cpu"),
  wasm: await isUsable("wasm"),
  tensorflow: await isUsable("tensorflow"),
};

afterAll(() => expect(tf.memory().numTensors).toBe(0));

describe.each(["wasm", "tensorflow"] as const)("gradients on %s agree with the cpu backend, first and second order", (other) => {
  test("the backend is there, or says why not", async () => {
    if (other === "tensorflow" && !usable[other])
      await expect(ready({ backend: other })).rejects.toThrow("is not installed (npm install");
    else expect(usable[other]).toBe(true);
  });

  test.runIf(usable[other]).each(gradientCases.map((one) => [one.name, one] as const))("%s", async (_, one) => {
    const [low, high] = one.range ?? [-1.9, 2.1];
    const size = tf.util.sizeFromShape([...one.shape]);
    const values = Array.from({ length: size }, (_, i) => low + ((((i * 7) % size) + 0.37) / size) * (high - low));
    const loss = (x: tf.Tensor) => tf.sum(tf.mul(tf.square(one.op(x)), 0.5));
    const results: Float32Array[][] = [];
    for (const backend of ["cpu", other] as const) {
      await ready({ backend });
      results.push(
        tf.tidy(() => {
          const x = tf.tensor(values, [...one.shape]);
          const first = tf.grad(loss)(x);
          const second = tf.grad((z) => tf.sum(tf.mul(tf.square(tf.grad(loss)(z)), fixed(one.shape, 7))))(x);
          return [first.dataSync<"float32">(), second.dataSync<"float32">()];
        }),
      );
    }
    results[0].forEach((wanted, order) => {
      const largest = wanted.reduce((a, b) => Math.max(a, Math.abs(b)), 1);
      wanted.forEach((value, i) => {
        expect(Math.abs(value - results[1][order][i]), `order ${order + 1}, entry ${i}`).toBeLessThan(TOLERANCE * largest);
      });
    });
  });
});
