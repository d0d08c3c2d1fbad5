import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { type PathGenerator, perceptualPathLength, pixelPathDistance } from "./perceptual-path-length.ts";

beforeAll(async () => {
  await ready({ backend: "wasm" });
});

/** The latent itself as an image of 4 × 1 × 1. */
const identity: PathGenerator = { latentSize: 4, generate: (latents) => tf.reshape(latents, [latents.shape[0], 4, 1, 1]) };
const common = { distance: pixelPathDistance, samples: 40, epsilon: 1e-2 } as const;

test("of the identity in z: the squared angle between the latents, which moves over the sphere at even speed", async () => {
  const { mean } = await perceptualPathLength({
    ...common,
    generator: identity,
    rng: createRng(1),
    sampling: "full",
    samples: 400,
  });
  // Squared length ω²·4 of the velocity, averaged over 4 pixels: E[ω²] of random directions, near (π/2)² + a spread of 1/3.
  expect(Math.abs(mean - (Math.PI ** 2 / 4 + 0.3))).toBeLessThan(0.25);
});

test("straight in w: ‖w₂ − w₁‖² whatever t is; batches do not matter; nothing is left behind", async () => {
  const double: PathGenerator = { ...identity, map: (latents) => tf.mul(latents, 2) as tf.Tensor2D };
  const before = tf.memory().numTensors;
  const end = await perceptualPathLength({ ...common, generator: double, rng: createRng(2) });
  const other = await perceptualPathLength({ ...common, generator: double, rng: createRng(2), batchSize: 3 });
  expect(tf.memory().numTensors).toBe(before);
  expect(other.mean).toBeCloseTo(end.mean, 6);
  expect(end.numKept).toBe(40);
  expect(end.mean).toBeGreaterThan(4); // E‖2(a − b)‖²/4 = 8 but for the cut
  expect(end.mean).toBeLessThan(12);
});

test("uniform latents run straight through the cube; both ends of a pair are told its number", async () => {
  const seen: number[][] = [];
  const cube: PathGenerator = {
    ...identity,
    latentDistribution: "uniform",
    generate: (latents, pairs) => {
      seen.push([...pairs]);
      expect(Math.min(...latents.dataSync())).toBeGreaterThanOrEqual(0);
      expect(Math.max(...latents.dataSync())).toBeLessThanOrEqual(1);
      return identity.generate(latents, pairs);
    },
  };
  const { mean } = await perceptualPathLength({ ...common, generator: cube, rng: createRng(3), samples: 400 });
  expect(Math.abs(mean - 1 / 6)).toBeLessThan(0.02); // E(a − b)² of uniform a and b
  expect(seen.slice(0, 4)).toEqual([0, 0, 8, 8].map((first) => Array.from({ length: 8 }, (_, i) => first + i)));
});

test("the cropped part, and large images averaged down, are what is compared", async () => {
  const shapes: number[][] = [];
  const distance = {
    name: "shapes",
    between: (a: tf.Tensor4D) => {
      shapes.push(a.shape, Array.from(tf.tidy(() => tf.max(a, [0, 2, 3]).dataSync())).map(Math.round));
      return tf.zeros([a.shape[0]]) as tf.Tensor1D;
    },
  };
  const rows = (size: number): PathGenerator => ({
    latentSize: 2,
    generate: (z) =>
      tf.tidy(() => tf.tile(tf.reshape(tf.range(0, size), [1, size, 1, 1]), [z.shape[0], 1, size, 3]) as tf.Tensor4D),
  });
  const measure = (size: number, crop: boolean) =>
    perceptualPathLength({ ...common, samples: 2, distance, generator: rows(size), rng: createRng(0), crop });
  await measure(16, true);
  expect(shapes).toEqual([
    [2, 8, 8, 3],
    [6, 7, 8, 9, 10, 11, 12, 13],
  ]);
  await measure(512, false);
  expect(shapes[2]).toEqual([2, 256, 256, 3]);
  await measure(512, true);
  expect(shapes[4]).toEqual([2, 128, 128, 3]);
});

test("refuses w without a map, one sample, unknown options", async () => {
  const options = { ...common, generator: identity, rng: createRng(0) };
  await expect(perceptualPathLength({ ...options, space: "w" })).rejects.toThrow("has none. Take z.");
  await expect(perceptualPathLength({ ...options, samples: 1 })).rejects.toThrow("samples must be an integer ≥ 2");
  await expect(perceptualPathLength({ ...options, epsilon: 0 })).rejects.toThrow("epsilon must be positive");
});
