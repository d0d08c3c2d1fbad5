import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { ready } from "tfjs-train";
import { expect, test } from "vitest";
import { randomInception } from "../__fixtures__/random-inception.ts";
import { foldInceptionWeights } from "./fold-weights.ts";
import { disposeInception, runInception, uploadInception } from "./forward.ts";
import { inceptionBlocks, inceptionTaps } from "./network.ts";

/** Two float32 sums of up to 5120 products in different orders, through 94 layers. */
const BACKENDS_AGREE = 1e-4;

// The smallest input that leaves a pixel at the end: 75 → 37, 35, 17, 15, 7, 3, 1.
const SIDE = 75;
const folded = foldInceptionWeights(randomInception(7));
const pixels = createRng(8).fillUniform(new Float32Array(2 * SIDE * SIDE * 3), -1, 1);
const allTaps = inceptionTaps.map(({ tap }) => tap);

async function runOn(backend: "wasm" | "cpu"): Promise<Record<string, Float32Array>> {
  await ready({ backend });
  const before = tf.memory().numTensors;
  const params = uploadInception(folded, "Mixed_7c");
  const input = tf.tensor4d(pixels, [2, SIDE, SIDE, 3]);
  const seen: string[] = [];
  const taps = runInception(params, input, allTaps, (name, { shape }) => seen.push(`${name} ${shape[3]}`));
  const values = Object.fromEntries(Object.entries(taps).map(([tap, tensor]) => [tap, Float32Array.from(tensor.dataSync())]));
  tf.dispose([input, ...Object.values(taps)]);
  disposeInception(params);
  expect(tf.memory().numTensors).toBe(before);
  expect(seen).toHaveLength(inceptionBlocks.length);
  expect(seen.at(-1)).toBe("Mixed_7c 2048");
  return values;
}

test("wasm agrees with plain JavaScript at every tap, and no tensor leaks", async () => {
  const [wasm, cpu] = [await runOn("wasm"), await runOn("cpu")];
  expect(Object.keys(wasm).sort()).toEqual(allTaps.map(String).sort());
  for (const { tap, dimension } of inceptionTaps) {
    expect(wasm[tap]).toHaveLength(2 * dimension);
    const largest = Math.max(...wasm[tap].map((value, i) => Math.abs(value - cpu[tap][i])));
    const magnitude = Math.max(...cpu[tap].map(Math.abs));
    expect(largest).toBeLessThan(BACKENDS_AGREE * (1 + magnitude));
    expect(magnitude).toBeGreaterThan(1e-3);
  }
});

test("average pools divide by the pixels inside the image, not by nine", async () => {
  for (const backend of ["wasm", "cpu"] as const) {
    await ready({ backend });
    const ones = tf.ones([1, 5, 5, 1]) as tf.Tensor4D;
    const pooled = tf.avgPool(ones, 3, 1, "same");
    expect([...pooled.dataSync()]).toEqual(new Array(25).fill(1));
    tf.dispose([ones, pooled]);
  }
});

test("stops after the last block that a tap needs", async () => {
  await ready({ backend: "wasm" });
  const params = uploadInception(folded, "MaxPool_1");
  expect(params.convolutions.size).toBe(3);
  const input = tf.tensor4d(pixels, [2, SIDE, SIDE, 3]);
  const seen: string[] = [];
  const taps = runInception(params, input, [64], (name) => seen.push(name));
  expect(seen.at(-1)).toBe("MaxPool_1");
  tf.dispose([input, ...Object.values(taps)]);
  disposeInception(params);
});
