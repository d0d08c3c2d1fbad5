import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { initParams } from "../parameter-spec.ts";
import { convolutionalDecoder, denseDecoder } from "./decoder.ts";
import { encoder } from "./encoder.ts";
import { latentDiscriminator } from "./latent-discriminator.ts";

beforeAll(() => ready({ backend: "cpu" }));

const SIZE = { imageSize: 8, channels: 3, latentSize: 6 };
const latents = () => tf.tensor2d(createRng(1).fillNormal(new Float32Array(12)), [2, 6]);
const count = (parameters: readonly { shape: readonly number[] }[]) =>
  parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);

test("the paper's sizes give the paper's counts", () => {
  const paper = { imageSize: 64, channels: 3, latentSize: 100 };
  expect(count(encoder({ ...paper, maps: 1 }).parameters)).toBe(102_549);
  expect(count(denseDecoder({ ...paper, maps: 2 }).parameters)).toBe(827_449);
  expect(count(latentDiscriminator({ latentSize: 100, widths: [256, 128] }).parameters)).toBe(58_881);
});

test("the encoder halves the image, flattens it and leaks nothing", () => {
  const coder = encoder({ ...SIZE, maps: 2 });
  const params = initParams(coder.parameters, createRng(0));
  const images = tf.tensor4d(createRng(1).fillUniform(new Float32Array(2 * 8 * 8 * 3), -1, 1), [2, 8, 8, 3]);
  const before = tf.memory().numTensors;
  const encoded = coder.apply(params, images);
  expect(tf.memory().numTensors).toBe(before + 1);
  expect(encoded.shape).toEqual([2, 6]);
  // Constant weights make it a sum that can be done by hand: inside, each output of the convolution sees 48 inputs.
  const ones = Object.fromEntries(
    coder.parameters.map(({ name, shape }) => [name, name.endsWith("bias") ? tf.zeros([...shape]) : tf.ones([...shape])]),
  );
  const sum = coder.apply(ones, tf.ones([1, 8, 8, 3])).dataSync()[0];
  // Rows see 3, 4, 4, 3 of 4 taps at stride 2 with padding 1; the same for columns; 3 channels in, 2 maps out.
  expect(sum).toBe(14 * 14 * 3 * 2);
});

test.each([
  ["dense", denseDecoder({ ...SIZE, maps: 2 })],
  ["convolutional", convolutionalDecoder({ ...SIZE, width: 8 })],
])("the %s decoder makes images in [−1, 1], each of its own latent, and leaks nothing", (_, coder) => {
  const params = initParams(coder.parameters, createRng(0));
  const z = latents();
  const before = tf.memory().numTensors;
  const images = coder.apply(params, z);
  expect(tf.memory().numTensors).toBe(before + 1);
  expect(images.shape).toEqual([2, 8, 8, 3]);
  const values = images.dataSync();
  expect(Math.max(...values.map(Math.abs))).toBeLessThan(1);
  const second = coder.apply(params, tf.slice(z, [1, 0], [1, 6])).dataSync();
  expect([...second]).toEqual([...values.subarray(second.length)]);
});

test("the latent discriminator without hidden layers is a dense layer", () => {
  const judge = latentDiscriminator({ latentSize: 6, widths: [] });
  const params = initParams(judge.parameters, createRng(0));
  const z = latents();
  const before = tf.memory().numTensors;
  const logits = judge.apply(params, z);
  expect(tf.memory().numTensors).toBe(before + 1);
  const [x, w, b] = [
    z.dataSync(),
    params["latent_discriminator.0.weight"].dataSync(),
    params["latent_discriminator.0.bias"].dataSync(),
  ];
  [0, 1].forEach((row) => {
    const expected = Array.from({ length: 6 }, (_, k) => x[row * 6 + k] * w[k]).reduce((a, c) => a + c, b[0]);
    expect(Math.abs(logits.dataSync()[row] - expected)).toBeLessThan(1e-6);
  });
});
