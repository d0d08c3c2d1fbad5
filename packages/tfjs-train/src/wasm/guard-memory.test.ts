import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { UsageError } from "repro-kit";
import { expect, test } from "vitest";
import { ready } from "../ready.ts";

test("a tensor that the heap has no room for is refused, and the others stay as they are", async () => {
  await ready({ backend: "wasm" });
  const backend = tf.backend() as BackendWasm; // just started
  const x = tf.tensor1d([1, 2, 3]);
  // 4 GB less 256 bytes, beside which nothing fits; 4 GB, and 4 GB and 4 bytes, which are 0 and 4 in 32 bits.
  for (const size of [2 ** 30 - 64, 2 ** 30, 2 ** 30 + 1]) {
    const allocate = () => backend.makeOutput([size], "float32");
    expect(allocate).toThrow(/^\[wasm\] a tensor of 40\d\d MB does not fit: the heap has taken \d+ of at most 4096 MB\./);
    expect(allocate).toThrow(UsageError);
  }
  expect([...tf.tidy(() => tf.add(x, 1).dataSync())]).toEqual([2, 3, 4]);
  x.dispose();
  expect(tf.memory().numTensors).toBe(0);
});
