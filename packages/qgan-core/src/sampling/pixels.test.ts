import * as tf from "@tensorflow/tfjs-core";
import { ready } from "tfjs-train";
import { expect, test } from "vitest";
import { imagesFromPixels, pixelsFromImages } from "./pixels.ts";

test("pixels to images and back is exact for every value; what lies outside is clamped", async () => {
  await ready({ backend: "cpu" });
  const pixels = Uint8Array.from({ length: 2 * 4 * 32 * 3 }, (_, i) => i % 256);
  const before = tf.memory().numTensors;
  const images = imagesFromPixels(pixels, [4, 32, 3]);
  expect(tf.memory().numTensors).toBe(before + 1);
  expect(images.shape).toEqual([2, 4, 32, 3]);
  expect(pixelsFromImages(images.dataSync())).toEqual(pixels);
  expect([...pixelsFromImages([-1, 1, 0, -3, 1.2])]).toEqual([0, 255, 128, 0, 255]);
});

test("NaN is no black image", () => {
  expect(() => pixelsFromImages([0, Number.NaN])).toThrow("made NaN instead of an image");
  expect([...pixelsFromImages([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])]).toEqual([0, 255]);
});
