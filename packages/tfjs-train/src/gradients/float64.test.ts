import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { ready } from "../ready.ts";
import { fixed, type GradientCase, gradientCases } from "./gradient-cases.ts";

// The cpu backend computes in whatever Float32Array is. Here it is Float64Array, so that gradients and central differences are
// both in double precision and a wrong term cannot hide in rounding. (Each test file has a process of its own.)
vi.hoisted(() => {
  globalThis.Float32Array = Float64Array as unknown as Float32ArrayConstructor; // the whole point
});

/** Central differences with h = 1e-5 are good to about 1e-9 here; stock ops with float32 constants (selu, erf) cost some more. */
const TOLERANCE = 2e-6;
const STEP = 1e-5;

beforeAll(async () => {
  tf.env().platform.isTypedArray = (value): value is Float32Array => ArrayBuffer.isView(value);
  await ready({ backend: "cpu" });
  expect(tf.tidy(() => tf.add(1, 2 ** -40).dataSync()[0])).toBe(1 + 2 ** -40); // it is double precision
});

/** Distinct values, evenly spread over the range, in a scattered order. */
function spread({ shape, range: [low, high] = [-1.9, 2.1] }: GradientCase): number[] {
  const size = tf.util.sizeFromShape([...shape]);
  return Array.from({ length: size }, (_, i) => low + ((((i * 7) % size) + 0.37) / size) * (high - low));
}

/** Largest |gradient − central difference|, relative to 1 + the largest entry. */
function gap(f: (x: tf.Tensor) => tf.Tensor, values: readonly number[], shape: readonly number[]): number {
  const at = (entries: readonly number[]) => tf.tidy(() => f(tf.tensor([...entries], [...shape])).dataSync()[0]);
  const analytic = tf.tidy(() =>
    tf
      .grad(f)(tf.tensor([...values], [...shape]))
      .dataSync(),
  );
  let worst = 0;
  let largest = 0;
  values.forEach((value, i) => {
    const moved = (by: number) => at(values.map((v, k) => (k === i ? value + by : v)));
    const numeric = (moved(STEP) - moved(-STEP)) / (2 * STEP);
    largest = Math.max(largest, Math.abs(numeric));
    const error = Math.abs(numeric - analytic[i]);
    worst = Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(worst, error);
  });
  return worst / (1 + largest);
}

const inner = (op: (x: tf.Tensor) => tf.Tensor) => (x: tf.Tensor) => {
  const y = op(x);
  return tf.sum(tf.mul(tf.mul(y, tf.add(y, 1)), fixed(y.shape, 5)));
};
const outer = (op: (x: tf.Tensor) => tf.Tensor) => (x: tf.Tensor) => {
  const gradient = tf.grad(inner(op))(x);
  return tf.sum(tf.mul(tf.mul(gradient, tf.add(gradient, 1)), fixed(gradient.shape, 7)));
};

describe("gradients against central differences in double precision", () => {
  test.each(gradientCases.map((one) => [one.name, one] as const))("%s", (_, one) => {
    const values = spread(one);
    const before = tf.memory().numTensors;
    expect(gap(inner(one.op), values, one.shape), "first order").toBeLessThan(TOLERANCE);
    expect(gap(outer(one.op), values, one.shape), "second order").toBeLessThan(TOLERANCE);
    expect(tf.memory().numTensors, "no tensor is left").toBe(before);
  });
});
