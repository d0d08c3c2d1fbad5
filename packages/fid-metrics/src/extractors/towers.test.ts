import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { ready } from "tfjs-train";
import { beforeAll, describe, expect, test } from "vitest";
import type { DifferentiableExtractor } from "../extractor.ts";
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
  /** Of Σ cos(j)·feature j, by images that stay floats, at every so many places. */
  readonly slopes: { readonly loss: number; readonly gradient: readonly number[] };
}

const { seed, slopeStride, cases }: { seed: number; slopeStride: number; cases: readonly TowerCase[] } = JSON.parse(
  readFileSync(new URL("__fixtures__/towers.json", import.meta.url), "utf8"),
);
/** Of 1 + the largest magnitude: the bound. */
const ACTIVATIONS = 2e-4;
/** Of the largest slope: float32 through two blocks and back, in torch as well. */
const SLOPES = 2e-5;
/** Of the length of all slopes: central differences of float32 features over a step of STEP. */
const DIFFERENCES = 2e-3;
const STEP = 1e-2;
/** Of 1 + the largest feature: what rounding to levels moves these images' features by. */
const ROUNDING = 5e-2;
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

function open({ program, size, activation = "gelu", headWidth, tensors }: TowerCase): DifferentiableExtractor {
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

describe.each(cases.map((one, i) => [`${one.program}, case ${i}`, one] as const))("the gradient of %s", (_, one) => {
  const { data } = images();
  const values = Float32Array.from(data, (level) => level / 127.5 - 1);
  const shape: [number, number, number, number] = [3, 40, 56, 3];
  const extractor = open(one);
  const lossOf = (x: tf.Tensor): tf.Scalar =>
    tf.tidy(() => {
      const features = extractor.features(x as tf.Tensor4D);
      const weights = Float32Array.from({ length: features.size }, (_, j) => Math.cos(j));
      return tf.sum(tf.mul(features, tf.tensor(weights, features.shape)));
    });
  const at = (list: Float32Array): number => tf.tidy(() => lossOf(tf.tensor4d(list, shape)).dataSync()[0]);

  test("is torch's and that of differences, and nothing leaks", () => {
    const loss = at(values); // weights are kept from here on
    expect(Math.abs(loss - one.slopes.loss)).toBeLessThan(ACTIVATIONS * (1 + Math.abs(one.slopes.loss)));
    const before = tf.memory().numTensors;
    const slope = tf.tidy(() => tf.grad(lossOf)(tf.tensor4d(values, shape)).dataSync<"float32">());
    expect(tf.memory().numTensors).toBe(before);
    const largest = one.slopes.gradient.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    const error = one.slopes.gradient.reduce((max, value, i) => Math.max(max, Math.abs(value - slope[i * slopeStride])), 0);
    expect(error / largest).toBeLessThan(SLOPES);
    const length = Math.hypot(...slope);
    const moved = (by: number): Float32Array => values.map((value, i) => value + (by * slope[i]) / length);
    const wanted = (at(moved(STEP)) - at(moved(-STEP))) / (2 * STEP);
    expect(Math.abs(length / wanted - 1)).toBeLessThan(DIFFERENCES);
  });

  test("features are those of `extract` but for the rounding, of grey images too", async () => {
    const grey = { ...images(), data: images().data.filter((_, i) => i % 3 === 0), channels: 1 };
    for (const source of [images(), grey]) {
      const { data: rounded } = await extractor.extract(source);
      const levels = Float32Array.from(source.data, (level) => level / 127.5 - 1);
      const found = tf.tidy(() => extractor.features(tf.tensor4d(levels, [3, 40, 56, source.channels])).dataSync());
      const largest = rounded.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
      const error = rounded.reduce((max, value, i) => Math.max(max, Math.abs(value - found[i])), 0);
      expect(error / (1 + largest)).toBeLessThan(ROUNDING);
    }
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
  // Another network's file has hundreds of names: the first few are told, and how many more there are.
  const others = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`other.${i}`, weights.tensors["norm.bias"]]));
  const [kept, ...lost] = Object.entries(weights.tensors).filter(([name]) => /^blocks\.1\.(attn|norm)/.test(name));
  const few = Object.entries(weights.tensors).filter((entry) => !lost.some(([name]) => name === entry[0]));
  expect(() => createDinov2Extractor({ weights: { ...weights, tensors: { ...Object.fromEntries(few), ...others } } })).toThrow(
    `${lost.length} missing (blocks.1.norm1.bias [128], blocks.1.norm2.weight [128], blocks.1.norm2.bias [128] and ${lost.length - 3} more); ` +
      "300 surplus (other.0 [128], other.1 [128], other.2 [128] and 297 more). Give a state dict of timm",
  );
  expect(kept[0]).toBe("blocks.1.norm1.weight");
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
