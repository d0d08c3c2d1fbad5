import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { convTranspose2d, disposeParams, ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { initParams } from "../parameter-spec.ts";
import { countLevels, dcganGenerator } from "./dcgan-generator.ts";

beforeAll(() => ready({ backend: "cpu" }));

test("the first layer is the transposed convolution of a 1×1 map", () => {
  const generator = dcganGenerator({ imageSize: 8, channels: 3, latentSize: 5, width: 4 });
  const params = initParams(generator.parameters, createRng(0));
  const latents = tf.tensor2d(createRng(1).fillNormal(new Float32Array(10)), [2, 5]);
  const { output } = generator.forward(params, latents, { training: false });
  const map = tf.reshape(latents, [2, 1, 1, 5]) as tf.Tensor4D;
  const first = convTranspose2d(map, { weight: params["generator.0.conv.weight"] }, { stride: 1, padding: 0 });
  expect(first.shape).toEqual([2, 4, 4, 4]);
  // Fresh running statistics (mean 0, variance 1) only divide by √(1 + 1e-5).
  const scaled = tf.div(first, Math.sqrt(1 + 1e-5));
  const shifted = tf.add(tf.mul(scaled, params["generator.0.norm.weight"]), params["generator.0.norm.bias"]);
  const last = convTranspose2d(
    tf.relu(shifted) as tf.Tensor4D,
    { weight: params["generator.1.conv.weight"] },
    { stride: 2, padding: 1 },
  );
  const gap = tf.max(tf.abs(tf.sub(output, tf.tanh(last)))).dataSync()[0];
  expect(gap).toBeLessThan(1e-6); // float32, values below one
});

test("in training it returns the running statistics moved on by 0.1, and leaks nothing in inference", () => {
  const generator = dcganGenerator({ imageSize: 16, channels: 1, latentSize: 3, width: 2 });
  const params = initParams(generator.parameters, createRng(0));
  const latents = tf.tensor2d(createRng(1).fillNormal(new Float32Array(12)), [4, 3]);
  const before = tf.memory().numTensors;
  generator.apply(params, latents).dispose();
  expect(tf.memory().numTensors).toBe(before);
  tf.tidy(() => {
    const { buffers } = generator.forward(params, latents, { training: true });
    expect(Object.keys(buffers).sort()).toEqual(
      generator.parameters
        .filter(({ isTrainable }) => !isTrainable)
        .map(({ name }) => name)
        .sort(),
    );
    const variance = buffers["generator.0.norm.running_var"].dataSync();
    for (const value of variance) expect(value).toBeGreaterThanOrEqual(Math.fround(0.9)); // 0.9·1 + 0.1·σ², and σ² ≥ 0
  });
  disposeParams(params);
});

test("sizes are powers of two from 8 to 1024", () => {
  expect([8, 64, 1024].map((size) => countLevels("x", size))).toEqual([1, 4, 8]);
  for (const size of [4, 48, 100, 2048])
    expect(() => countLevels("dcgan", size)).toThrow(`imageSize must be a power of two from 8 to 1024; got ${size}.`);
});
