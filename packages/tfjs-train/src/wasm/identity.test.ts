import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { ready } from "../ready.ts";

beforeAll(async () => {
  await ready({ backend: "wasm" });
});

test("a clone shares its data, and either may go first", () => {
  const before = tf.memory();
  const x = tf.tensor1d([1, 2, 3]);
  const clone = tf.clone(x);
  expect(clone.dataId).toBe(x.dataId);
  expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers + 1);
  x.dispose();
  expect([...clone.dataSync()]).toEqual([1, 2, 3]);
  const again = tf.clone(clone);
  clone.dispose();
  const other = tf.tensor1d([7, 8, 9]); // would take the place of data that were freed too early
  expect([...again.dataSync()]).toEqual([1, 2, 3]);
  tf.dispose([again, other]);
  expect(tf.memory().numTensors).toBe(before.numTensors);
  expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
});

test("text is cloned too, and moves with its tensor to another backend and back", async () => {
  const words = tf.tensor1d(["a", "bc"]);
  const clone = tf.clone(words);
  words.dispose();
  expect(clone.dataSync()).toEqual(["a", "bc"]);
  clone.dispose();
  await ready({ backend: "cpu" });
  const x = tf.tensor1d([4, 5]);
  await ready({ backend: "wasm" });
  const moved = tf.clone(x);
  x.dispose();
  expect([...tf.tidy(() => tf.add(moved, 1).dataSync())]).toEqual([5, 6]);
  moved.dispose();
});
