import * as tf from "@tensorflow/tfjs-core";
import { afterAll, describe, expect, test } from "vitest";
import { type BackendName, ready } from "../ready.ts";

// Slopes at kinks and ties that are PyTorch's stand in torch-parity.test.ts; these are conventions of TensorFlow, and exact limits.

const usable: BackendName[] = [];
for (const backend of ["tensorflow", "wasm", "cpu"] as const)
  await ready({ backend }).then(
    () => usable.push(backend),
    () => {},
  );

afterAll(() => expect(tf.memory().numTensors).toBe(0));

const slopes = (op: (...xs: tf.Tensor[]) => tf.Tensor, ...xs: number[][]) =>
  tf.tidy(() =>
    tf
      .grads((...given: tf.Tensor[]) => tf.sum(op(...given)))(xs.map((x) => tf.tensor1d(x)))
      .map((slope) => [...slope.dataSync()]),
  );
const curvatures = (op: (x: tf.Tensor) => tf.Tensor, x: number[]) =>
  tf.tidy(() => {
    const slope = (y: tf.Tensor) => tf.sum(tf.grad((z) => tf.sum(op(z)))(y));
    return [...tf.grad(slope)(tf.tensor1d(x)).dataSync()].map((value) => value + 0); // −0 is 0
  });

describe.each(usable)("slopes where there are several, %s", (backend) => {
  test("of two equal entries the first has it all", async () => {
    await tf.setBackend(backend);
    expect(slopes(tf.maximum, [1, 2, 3], [1, 3, 2])).toEqual([
      [1, 0, 1],
      [0, 1, 0],
    ]);
    expect(slopes(tf.minimum, [1, 2, 3], [1, 3, 2])).toEqual([
      [1, 1, 0],
      [0, 0, 1],
    ]);
    expect(slopes((x) => tf.topk(x, 2).values, [1, 3, 3, 3])[0].reduce((a, b) => a + b)).toBe(2);
  });

  test("powers at 0", async () => {
    await tf.setBackend(backend);
    const powers = (x: tf.Tensor) => tf.pow(x, tf.tensor1d([0, 1, 2, 3]));
    expect(slopes(powers, [0, 0, 0, 0])).toEqual([[0, 1, 0, 0]]);
    expect(curvatures(powers, [0, 0, 0, 0])).toEqual([0, 0, 2, 0]);
    expect(slopes((b) => tf.pow(tf.scalar(0), b), [0, 1, 2.5])).toEqual([[0, 0, 0]]);
  });

  test("running products with zeros", async () => {
    await tf.setBackend(backend);
    // y = (x₀, x₀x₁, x₀x₁x₂), Σ y by x
    expect(slopes((x) => tf.cumprod(x), [2, 0, 3])).toEqual([[1, 8, 0]]);
    expect(slopes((x) => tf.prod(x), [2, 0, 3])).toEqual([[0, 6, 0]]);
    expect(slopes((x) => tf.prod(x), [0, 0, 3])).toEqual([[0, 0, 0]]);
  });

  test("what is straight in pieces has curvature 0, not none", async () => {
    await tf.setBackend(backend);
    expect(curvatures((x) => tf.max(x), [1, 3, 2])).toEqual([0, 0, 0]);
    expect(curvatures((x) => tf.min(x), [1, 3, 2])).toEqual([0, 0, 0]);
    expect(curvatures((x) => tf.topk(x, 2).values, [1, 3, 2])).toEqual([0, 0, 0]);
    expect(curvatures((x) => tf.relu(x), [-1, 3, 2])).toEqual([0, 0, 0]);
    expect(curvatures((x) => tf.clipByValue(x, 0, 2), [-1, 3, 2])).toEqual([0, 0, 0]);
    const pooled = (x: tf.Tensor) => tf.maxPool(tf.reshape(x, [1, 2, 2, 1]) as tf.Tensor4D, 2, 2, "valid"); // reshaped to rank 4
    expect(curvatures(pooled, [1, 3, 2, 0])).toEqual([0, 0, 0, 0]);
  });

  test("masked entries cost nothing: 0 · ∞ does not arise", async () => {
    await tf.setBackend(backend);
    expect(slopes((x) => tf.elu(x), [200])).toEqual([[1]]);
    expect(curvatures((x) => tf.selu(x), [200])).toEqual([0]);
    expect(curvatures((x) => tf.sigmoid(x), [-200, 200])).toEqual([0, 0]);
    expect(curvatures((x) => tf.softplus(x), [-200, 200])).toEqual([0, 0]);
    expect(slopes((x) => tf.logSumExp(x), [-1000, 1000])).toEqual([[0, 1]]);
  });
});
