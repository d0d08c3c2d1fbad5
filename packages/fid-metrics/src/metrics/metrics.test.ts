import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { ready } from "tfjs-train";
import { beforeAll, describe, expect, test } from "vitest";
import { blobImages } from "../__fixtures__/planted-copies.ts";
import { features, randomFeatures } from "../__fixtures__/random-features.ts";
import type { Features } from "../features.ts";
import type { ImageArray } from "../images.ts";
import { pixelPathDistance } from "../perceptual-path-length.ts";
import { builtinMetrics, createMetricRegistry } from "./index.ts";
import { defineKidSubsets } from "./kid.ts";
import { type MetricMaterial, required } from "./metric.ts";

const [real, heldOut] = [randomFeatures(1, 60, 8), randomFeatures(4, 40, 8)];
const images = { real: blobImages(1, 9, 24), generated: blobImages(2, 9, 24), heldOut: blobImages(3, 9, 24) };
const noisy = ({ data, ...shape }: ImageArray): ImageArray => {
  const rng = createRng(9);
  return { ...shape, data: data.map((value) => Math.min(255, value + rng.integer(60))) };
};
const shrunk = ({ data, ...shape }: ImageArray): ImageArray => ({
  ...shape,
  data: data.map((_, i) => data[i % (24 * 24 * 3)]),
});
const logitsOf = (scale: number): Features => {
  const { data, ...shape } = randomFeatures(5, 60, 10);
  return { ...shape, data: data.map((value) => value * scale) };
};
const pathOf = (scale: number) => ({
  generator: {
    latentSize: 4,
    generate: (z: tf.Tensor2D) => tf.tidy(() => tf.mul(tf.reshape(z, [z.shape[0], 2, 2, 1]), scale) as tf.Tensor4D),
  },
  distance: pixelPathDistance,
  samples: 20,
});
const labels = (count: number): number[] => Array.from({ length: count }, (_, i) => i % 2);

interface Example {
  readonly generated: Features;
  readonly material: MetricMaterial;
}
const common: MetricMaterial = {
  labels: { real: labels(60), generated: labels(60) },
  heldOut,
  images,
  allImages: images,
  logits: logitsOf(3),
  path: pathOf(1),
};
/** A set that is good under every metric, and one that is worse under each. */
const good: Example = { generated: randomFeatures(2, 60, 8), material: common };
const far: Example = { generated: randomFeatures(3, 60, 8, 2), material: common };
const copied: Example = { generated: real, material: { ...common, allImages: { ...images, generated: images.real } } };
const worse: Readonly<Record<string, Example>> = {
  is: { ...good, material: { ...common, logits: logitsOf(0.1) } },
  ssim: { ...good, material: { ...common, images: { ...images, generated: shrunk(images.generated) } } },
  "ms-ssim": { ...good, material: { ...common, images: { ...images, generated: shrunk(images.generated) } } },
  spectrum: { ...good, material: { ...common, images: { ...images, generated: noisy(images.generated) } } },
  ppl: { ...good, material: { ...common, path: pathOf(3) } },
  authenticity: copied,
  memorised: copied,
  membership: copied,
};

beforeAll(async () => {
  await ready({ backend: "wasm" });
});

describe.each([...createMetricRegistry()].map((metric) => [metric.name, metric] as const))(
  "%s keeps the contract",
  (name, metric) => {
    test("its first value bears its name; all are finite and named after it", async () => {
      const values = await metric.compute(real, good.generated, createRng(0), good.material);
      expect(Object.keys(values)[0]).toBe(name);
      for (const [key, value] of Object.entries(values)) {
        expect(key.startsWith(name)).toBe(true);
        expect(Number.isFinite(value)).toBe(true);
      }
    });
    test("the same seed gives the same values", async () => {
      const run = () => metric.compute(real, good.generated, createRng(3), good.material);
      expect(await run()).toEqual(await run());
    });
    test("a set that is worse in its sense scores worse", async () => {
      const bad = worse[name] ?? far;
      const score = async ({ generated, material }: Example) =>
        (await metric.compute(real, generated, createRng(0), material))[name];
      const [better, worst] = [await score(good), await score(bad)];
      if (metric.better === "lower") expect(better).toBeLessThan(worst);
      else expect(better).toBeGreaterThan(worst);
    });
    test("has a source; leaves no tensor behind", async () => {
      expect(metric.source).not.toBe("");
      const before = tf.memory().numTensors;
      await metric.compute(real, good.generated, createRng(0), good.material);
      expect(tf.memory().numTensors).toBe(before);
    });
  },
);

const ofFeatures = builtinMetrics.filter(({ needs = [] }) => !needs.some((need) => ["images", "logits", "path"].includes(need)));
test.each(ofFeatures.map((metric) => [metric.name, metric] as const))(
  "%s refuses one sample, NaN and unlike dimensions",
  async (_name, metric) => {
    const compute = async (a: Features, b: Features) => metric.compute(a, b, createRng(0), common);
    if (!metric.needs) await expect(compute(real, randomFeatures(1, 1, 8))).rejects.toThrow(/at least 2|2 to 1/);
    await expect(compute(features([1], [Number.NaN]), features([1], [2]))).rejects.toThrow(/NaN|dimensions differ/);
    await expect(compute(real, randomFeatures(1, 60, 7))).rejects.toThrow("dimensions differ");
  },
);

test("KID stands before FID; another metric can be registered", () => {
  const names = builtinMetrics.map(({ name }) => name);
  expect(names.indexOf("kid")).toBeLessThan(names.indexOf("fid"));
  expect(new Set(names).size).toBe(names.length);
  const registry = createMetricRegistry();
  registry.register({ ...defineKidSubsets({ count: 10, size: 50 }), name: "kid-10" });
  expect(registry.names()).toContain("kid-10");
  expect(() => registry.resolve("FID")).toThrow('did you mean "fid"?');
  expect(() => required("is", {}, "logits")).toThrow("bug: is was computed without logits");
});
