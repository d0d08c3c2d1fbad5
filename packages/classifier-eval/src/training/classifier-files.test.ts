import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { prefixParams, ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { backbones } from "../backbones/index.ts";
import { createClassifier } from "./classifier.ts";
import { packClassifier, unpackClassifier } from "./classifier-files.ts";
import { drawToyImages } from "./toy-images.ts";

beforeAll(async () => {
  await ready({ backend: "wasm" });
});

test("written and read: the same answers; a changed or missing file is refused; no leak", async () => {
  const before = tf.memory().numTensors;
  const backbone = backbones.resolve("compact-cnn");
  const params = {
    ...prefixParams(backbone.init(createRng(0), { channels: 1 }), "backbone"),
    "head.weight": tf.randomNormal([128, 2], 0, 1, "float32", 1),
    "head.bias": tf.zeros([2]),
  };
  const classifier = createClassifier({ backbone, params, classes: ["left", "right"], imageShape: [8, 8, 1] });
  const files = await packClassifier(classifier);
  const read = async (name: string) => files[name];
  const again = await unpackClassifier(read);
  const { images } = drawToyImages(3);
  expect(await again.predict(images)).toEqual(await classifier.predict(images));
  expect(again.classes).toEqual(["left", "right"]);
  again.dispose();
  classifier.dispose();
  expect(tf.memory().numTensors).toBe(before);
  const changed = {
    ...files,
    "weights.safetensors": files["weights.safetensors"].map((byte, i) => (i === 900 ? byte ^ 1 : byte)),
  };
  await expect(unpackClassifier(async (name) => changed[name as keyof typeof changed])).rejects.toThrow(
    "is not what was written",
  );
  await expect(unpackClassifier(async () => undefined)).rejects.toThrow("there is no classifier.json");
  await expect(unpackClassifier(async () => new TextEncoder().encode("{}"))).rejects.toThrow("does not describe a classifier");
  const newer = JSON.stringify({ ...JSON.parse(new TextDecoder().decode(files["classifier.json"])), version: 9 });
  await expect(unpackClassifier(async () => new TextEncoder().encode(newer))).rejects.toThrow("format version 9");
});
