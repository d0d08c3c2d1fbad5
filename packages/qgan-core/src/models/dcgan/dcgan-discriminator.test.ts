import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { conv2d, leakyRelu, ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { initParams } from "../parameter-spec.ts";
import { dcganDiscriminator } from "./dcgan-discriminator.ts";

beforeAll(() => ready({ backend: "cpu" }));

test("is its convolutions, with the last one over the whole 4×4 map", () => {
  const discriminator = dcganDiscriminator({ imageSize: 8, channels: 3, width: 4 });
  const params = initParams(discriminator.parameters, createRng(0));
  const images = tf.tensor4d(createRng(1).fillUniform(new Float32Array(2 * 8 * 8 * 3), -1, 1), [2, 8, 8, 3]);
  const before = tf.memory().numTensors;
  const logits = discriminator.apply(params, images);
  expect(tf.memory().numTensors).toBe(before + 1);
  expect(logits.shape).toEqual([2, 1]);
  const hidden = leakyRelu(conv2d(images, { weight: params["discriminator.0.conv.weight"] }, { stride: 2, padding: 1 }), 0.2);
  const expected = conv2d(hidden, { weight: params["discriminator.1.conv.weight"] }, { stride: 1, padding: 0 });
  expect(expected.shape).toEqual([2, 1, 1, 1]);
  const gap = tf.max(tf.abs(tf.sub(logits, tf.reshape(expected, [2, 1])))).dataSync()[0];
  expect(gap).toBeLessThan(1e-6); // float32, values below one
});

test("in training the batch is normalised by its own statistics", () => {
  const discriminator = dcganDiscriminator({ imageSize: 16, channels: 1, width: 2 });
  const params = initParams(discriminator.parameters, createRng(0));
  const images = tf.tensor4d(createRng(1).fillUniform(new Float32Array(4 * 16 * 16), -1, 1), [4, 16, 16, 1]);
  const [inference, training] = [false, true].map((mode) => discriminator.forward(params, images, { training: mode }));
  expect(Object.keys(inference.buffers)).toEqual([]);
  expect(Object.keys(training.buffers).sort()).toEqual(["discriminator.1.norm.running_mean", "discriminator.1.norm.running_var"]);
  expect([...inference.output.dataSync()]).not.toEqual([...training.output.dataSync()]);
});
