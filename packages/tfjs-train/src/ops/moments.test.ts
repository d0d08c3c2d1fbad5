import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BackendName, ready } from "../ready.ts";
import { moments } from "./moments.ts";

/** float32 data; the composed path also sums in float32. Relative to 1 + the largest entry. */
const TOLERANCE = 3e-6;

/** tfjs-node where it is installed. */
const backends: readonly BackendName[] = await ready({ backend: "tensorflow" }).then(
  () => ["cpu", "wasm", "tensorflow"],
  () => ["cpu", "wasm"],
);

beforeAll(async () => {
  await ready({ backend: "cpu" });
  await ready({ backend: "wasm" });
});
afterAll(() => expect(tf.memory().numTensors).toBe(0));

const cases: readonly (readonly [shape: number[], axes: number[]])[] = [
  [[6, 5], [0]],
  [
    [4, 3, 5, 8],
    [0, 1, 2],
  ],
  [
    [4, 3, 5, 7],
    [1, 2],
  ],
  [[4, 9], [-1]],
  [
    [3, 4, 5],
    [0, 2],
  ],
  [
    [2, 3],
    [0, 1],
  ],
];

describe.each(backends)("moments on %s", (backend) => {
  test.each(cases)("of [%s] over %s, with first and second derivatives", async (shape, axes) => {
    await ready({ backend });
    const rng = createRng(3);
    const size = tf.util.sizeFromShape(shape);
    const values = rng.fillNormal(new Float32Array(size)).map((value) => value + 3);
    tf.tidy(() => {
      const x = tf.tensor(values, [...shape] as [number]);
      const { mean, variance } = moments(x, axes);
      const places = tf.util.parseAxisParam(axes, shape);
      const wantedShape = shape.filter((_, i) => !places.includes(i));
      expect(mean.shape).toEqual(wantedShape);
      const count = size / mean.size;
      // The plain formula, which has gradients of its own, for the derivatives.
      const plain = (z: tf.Tensor) => {
        const average = tf.mean(z, axes, true);
        return { mean: tf.reshape(average, wantedShape), variance: tf.mean(tf.square(tf.sub(z, average)), axes) };
      };
      const close = (a: tf.Tensor, b: tf.Tensor, what: string) => {
        const [got, wanted] = [a, b].map((tensor) => tensor.dataSync<"float32">());
        const largest = wanted.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
        wanted.forEach((value, i) => {
          expect(Math.abs(value - got[i]) / (1 + largest), what).toBeLessThan(TOLERANCE);
        });
      };
      close(mean, plain(x).mean, "mean");
      close(variance, plain(x).variance, "variance");
      const loss = (f: typeof plain) => (z: tf.Tensor) => {
        const { mean: m, variance: v } = f(z);
        return tf.sum(tf.add(tf.mul(m, v), tf.square(v)));
      };
      const penalty = (f: typeof plain) => (z: tf.Tensor) => tf.mul(tf.sum(tf.square(tf.grad(loss(f))(z))), count);
      close(tf.grad(loss((z) => moments(z, axes)))(x), tf.grad(loss(plain))(x), "first order");
      close(tf.grad(penalty((z) => moments(z, axes)))(x), tf.grad(penalty(plain))(x), "second order");
    });
  });

  test("a small spread far from zero is not lost", async () => {
    await ready({ backend });
    const values = Float32Array.from({ length: 4096 }, (_, i) => 1000 + (i % 2));
    tf.tidy(() => {
      const { mean, variance } = moments(tf.tensor2d(values, [1024, 4]), 0);
      expect([...mean.dataSync(), ...variance.dataSync()]).toEqual([1000, 1001, 1000, 1001, 0, 0, 0, 0]);
      expect(moments(tf.tensor1d(values), 0).variance.dataSync()[0]).toBeCloseTo(0.25, 4);
    });
  });
});
