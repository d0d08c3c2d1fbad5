import * as tf from "@tensorflow/tfjs-core";
import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { blitImages, gatherPixels, scatterPixels } from "./blit.ts";
import { multiplyHomogeneous, scaling2d, translation2d } from "./homogeneous.ts";

beforeAll(async () => {
  await ready({ backend: "cpu" });
});

const rows = (images: tf.Tensor4D) => (images.arraySync() as number[][][][])[0].map((row) => row.map(([value]) => value));
const image = () => tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 2, 3, 1]);

test("flip, shift and quarter turn copy pixels", () => {
  expect(rows(blitImages(image(), [scaling2d(-1, 1)]))).toEqual([
    [3, 2, 1],
    [6, 5, 4],
  ]);
  expect(rows(blitImages(image(), [translation2d(1, 0)]))).toEqual([
    [2, 3, 2],
    [5, 6, 5],
  ]);
  const square = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
  expect(rows(blitImages(square, [[0, -1, 0, 1, 0, 0, 0, 0, 1]]))).toEqual([
    [2, 4],
    [1, 3],
  ]);
  expect(rows(blitImages(image(), [multiplyHomogeneous(scaling2d(-1, 1), translation2d(1, 0))]))).toEqual([
    [2, 1, 2],
    [5, 4, 5],
  ]);
});

test("a matrix that would interpolate is refused", () => {
  expect(() => blitImages(image(), [translation2d(0.5, 0)])).toThrow("must map pixels onto pixels");
  expect(() => blitImages(image(), [[0, -1, 0, 1, 0, 0, 0, 0, 1]])).toThrow("for 2×3 images");
});

test("scatter is the transpose of gather: ⟨gather x, y⟩ = ⟨x, scatter y⟩, and neither leaks", () => {
  const index = new Int32Array([2, 2, 0, 1]);
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const x = tf.tensor2d([1, 2, 3, 4], [4, 1]);
    const y = tf.tensor2d([5, 6, 7, 8], [4, 1]);
    const left = tf.sum(tf.mul(gatherPixels(x, index), y)).dataSync()[0];
    expect(tf.sum(tf.mul(x, scatterPixels(y, index))).dataSync()[0]).toBe(left);
    const gradient = tf.grad((a) => tf.sum(tf.mul(gatherPixels(a as tf.Tensor2D, index), y)))(x);
    expect([...gradient.dataSync()]).toEqual([7, 8, 11, 0]);
  });
  expect(tf.memory().numTensors).toBe(before);
});
