import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { ready } from "tfjs-train";
import { beforeAll, describe, expect, test } from "vitest";
import type { FeatureExtractor } from "../extractor.ts";
import type { ImageArray } from "../images.ts";
import { recipeWeights } from "./__fixtures__/recipe-weights.ts";
import { createClipExtractor } from "./clip.ts";
import { createDinov2Extractor } from "./dinov2.ts";

interface TowerCase {
  readonly program: "timm" | "open_clip";
  readonly size?: number;
  readonly activation?: "gelu" | "quick-gelu";
  readonly headWidth?: number;
  readonly tensors: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly features: readonly number[];
  readonly dimension: number;
}

const { seed, cases }: { seed: number; cases: readonly TowerCase[] } = JSON.parse(
  readFileSync(new URL("__fixtures__/towers.json", import.meta.url), "utf8"),
);
/** Of 1 + the largest magnitude: the bound. */
const ACTIVATIONS = 2e-4;
/** Between batches: the order of sums in a product may change with its rows. */
const BATCHES = 1e-6;

/** The images of draw-tower-cases.py. */
function images(): ImageArray {
  const data = new Uint8Array(3 * 40 * 56 * 3);
  let i = 0;
  for (let n = 0; n < 3; n++)
    for (let y = 0; y < 40; y++)
      for (let x = 0; x < 56; x++)
        for (let c = 0; c < 3; c++) {
          const wave = (x * (n + 1) * 3 + y * (c + 2) * 2) % 256;
          data[i++] = wave + ((x * 7919 + y * 104729 + c * 1299709 + n * 15485863) % 61);
        }
  return { data, count: 3, height: 40, width: 56, channels: 3 };
}

function open({ program, size, activation = "gelu", headWidth, tensors }: TowerCase): FeatureExtractor {
  const weights = recipeWeights(tensors, { seed });
  return program === "timm" ? createDinov2Extractor({ weights, size }) : createClipExtractor({ weights, activation, headWidth });
}

beforeAll(async () => {
  await ready({ backend: "wasm" });
});

describe.each(cases.map((one, i) => [`${one.program}, case ${i}`, one] as const))("%s", (_, one) => {
  test("features are those of the reference, alone and together, and nothing leaks", async () => {
    const before = tf.memory().numTensors;
    const extractor = open(one);
    expect(extractor.dimension).toBe(one.dimension);
    const { data } = await extractor.extract(images());
    const largest = one.features.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    const error = one.features.reduce((max, value, i) => Math.max(max, Math.abs(value - data[i])), 0);
    expect(error / (1 + largest)).toBeLessThan(ACTIVATIONS);
    const alone = await extractor.extract(images(), { batchSize: 1 });
    expect(alone.data.reduce((max, value, i) => Math.max(max, Math.abs(value - data[i])), 0)).toBeLessThan(
      BATCHES * (1 + largest),
    );
    extractor.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

test("what does not fit is told by name", () => {
  const [dino, , , clip] = cases;
  const weights = recipeWeights(dino.tensors, { seed });
  expect(() => createDinov2Extractor({ weights, size: 60 })).toThrow(
    "size must be a multiple of the patches of 14 pixels; got 60.",
  );
  expect(() => createDinov2Extractor({ weights: recipeWeights(clip.tensors, { seed }) })).toThrow(
    '[createDinov2Extractor] the weight file has no "patch_embed.proj.weight" with 4 dimensions. Give a state dict of timm',
  );
  const narrow = Object.fromEntries(
    Object.entries(weights.tensors).map(([name, tensor]) => [
      name,
      { ...tensor, shape: tensor.shape.map((n) => (n === 128 ? 96 : n)) },
    ]),
  );
  expect(() => createDinov2Extractor({ weights: { ...weights, tensors: narrow } })).toThrow(
    "a width that is a multiple of 64; got 96.",
  );
  const { "blocks.1.norm2.bias": _, ...torn } = weights.tensors;
  expect(() => createDinov2Extractor({ weights: { ...weights, tensors: torn } })).toThrow(
    "1 missing (blocks.1.norm2.bias [128])",
  );
  const visual = recipeWeights(clip.tensors, { seed });
  expect(() => createClipExtractor({ weights: visual, activation: "gelu", headWidth: 60 })).toThrow("headWidth must divide");
  // A value that the types do not know, as plain JavaScript could give it.
  expect(() => createClipExtractor({ weights: visual, activation: "relu" as never })).toThrow('activation must be "gelu"');
});

test("a whole CLIP model's file is read by its visual part", () => {
  const [, , , clip] = cases;
  const visual = recipeWeights(clip.tensors, { seed });
  const whole = Object.fromEntries(Object.entries(visual.tensors).map(([name, tensor]) => [`visual.${name}`, tensor]));
  const text = { "token_embedding.weight": visual.tensors["ln_pre.weight"] };
  const extractor = createClipExtractor({ weights: { ...visual, tensors: { ...whole, ...text } }, activation: "gelu" });
  expect(extractor.fingerprint).toBe(createClipExtractor({ weights: visual, activation: "gelu" }).fingerprint);
});
