import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { disposeParams, ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { loadBackbone } from "./load-backbone.ts";
import { mobilenetV2Tensorflow } from "./mobilenet-v2.ts";
import { readTensorflowMobileNetV2 } from "./tensorflow-mobilenet-v2.ts";

beforeAll(async () => {
  await ready({ backend: "wasm" });
});

const file = join(import.meta.dirname, "../../../../../shared/weights/mobilenet-v2-imagenet");

test.skipIf(!existsSync(`${file}.json`))("the features are those of the same graph in torch, float64, padded by hand", () => {
  const weights = readTensorflowMobileNetV2(JSON.parse(readFileSync(`${file}.json`, "utf8")), readFileSync(`${file}.bin`));
  const { params, leftOut, channels } = loadBackbone(mobilenetV2Tensorflow, weights);
  expect(leftOut).toEqual(["classifier.1.weight", "classifier.1.bias"]);
  expect(channels).toBe(3);
  const ramp = (i: number) => ((i * 7919) % 256) / 127.5 - 1;
  const images = tf.tensor4d(
    Float32Array.from({ length: 65 * 50 * 3 }, (_, i) => ramp(i)),
    [1, 65, 50, 3],
  );
  const { features } = mobilenetV2Tensorflow.features(params, images, { training: false });
  const values = features.dataSync();
  REFERENCE.forEach((value, i) => {
    expect(values[i * 128], `feature ${i * 128}`).toBeCloseTo(value, 4);
  });
  tf.dispose([images, features]);
  disposeParams(params);
});

const REFERENCE: readonly number[] = [5.255043, 0, 0.5132508, 0.1036494, 0.7797841, 1.388732, 0, 0, 0, 0.2666899];

test("what is no such description, or too short a file, is refused", () => {
  expect(() => readTensorflowMobileNetV2({}, new Uint8Array())).toThrow("must have a list `tensors`");
  const entry = { op: "conv2d", role: "weight", shape: [1, 1, 1, 1], offset: 0, bytes: 4 };
  const read = (name: string, bytes: number) =>
    readTensorflowMobileNetV2({ tensors: [{ ...entry, name }] }, new Uint8Array(bytes));
  expect(() => read("MobileNetV2/Conv2d_0_0/Conv2D", 3)).toThrow("ends at byte 4; the file has 3");
  expect(() => read("Inception/Conv2d_1a/Conv2D", 4)).toThrow("no layer of MobileNetV2");
});
