import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { ready, type WeightFile } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { recipeWeights } from "../extractors/__fixtures__/recipe-weights.ts";
import { perceptualPathLength } from "../perceptual-path-length.ts";
import { loadLpips, lpipsTensors } from "./lpips.ts";

const { seed, distances }: { seed: number; distances: readonly number[] } = JSON.parse(
  readFileSync(new URL("__fixtures__/lpips.json", import.meta.url), "utf8"),
);
/** Of the distance: what float32 leaves of differences of features of unit length after thirteen convolutions. */
const TOLERANCE = 2e-4;

let weights: WeightFile;
beforeAll(async () => {
  await ready({ backend: "wasm" });
  const drawn = recipeWeights(lpipsTensors(), { seed });
  const tensors = Object.entries(drawn.tensors).map(([name, tensor]) => {
    const isLinear = name.startsWith("lin");
    return [name, isLinear ? { ...tensor, data: (tensor.data as Float32Array).map(Math.abs) } : tensor] as const; // F32 by the recipe
  });
  weights = { ...drawn, tensors: Object.fromEntries(tensors) };
});

/** Those of draw-lpips-case.py. */
function images(salt: number): tf.Tensor4D {
  const values: number[] = [];
  for (let n = 0; n < 3; n++)
    for (let y = 0; y < 40; y++)
      for (let x = 0; x < 56; x++)
        for (let c = 0; c < 3; c++) {
          const wave = (x * (n + 1) * 3 + y * (c + salt) * 2) % 256;
          const noise = (x * 7919 + y * 104729 + c * 1299709 + n * 15485863 + salt * 31) % 61;
          values.push(((wave + noise) % 256) / 127.5 - 1);
        }
  return tf.tensor4d(values, [3, 40, 56, 3]);
}

test("distances are those of torch's composition, 0 to itself, and nothing is left behind", async () => {
  const before = tf.memory().numTensors;
  const lpips = loadLpips({ weights });
  const [a, b] = [images(2), images(5)];
  const found = lpips.between(a, b);
  const values = await found.data();
  distances.forEach((distance, i) => {
    expect(Math.abs(values[i] - distance)).toBeLessThan(TOLERANCE * distance);
  });
  const same = lpips.between(a, a);
  expect(Array.from(await same.data())).toEqual([0, 0, 0]);
  const other = tf.zeros([3, 40, 40, 3]) as tf.Tensor4D;
  expect(() => lpips.between(a, other)).toThrow("one shape, at least 16 pixels");
  lpips.dispose();
  tf.dispose([a, b, found, same, other]);
  expect(tf.memory().numTensors).toBe(before);
});

test("rows whose squared distance is LPIPS, without NaN in the gradient of an image that is flat", async () => {
  const lpips = loadLpips({ weights });
  const [a, b] = [images(2), images(5)];
  const rows = tf.tidy(() => tf.sum(tf.squaredDifference(lpips.features(a), lpips.features(b)), 1));
  const [found, wanted] = [await rows.data(), await lpips.between(a, b).data()];
  wanted.forEach((distance, i) => {
    expect(Math.abs(found[i] - distance)).toBeLessThan(TOLERANCE * distance);
  });
  const flat = tf.zeros([1, 40, 56, 3]) as tf.Tensor4D;
  const slope = tf.grad((x) => tf.sum(tf.square(lpips.features(x as tf.Tensor4D))))(flat);
  expect((await slope.data()).every(Number.isFinite)).toBe(true);
  lpips.dispose();
  tf.dispose([a, b, rows, flat, slope]);
});

test("names of the program LPIPS, two files, grey images, and as the distance of path lengths", async () => {
  const entries = Object.entries(weights.tensors);
  const isLinear = ([name]: readonly [string, unknown]): boolean => name.startsWith("lin");
  const network = entries
    .filter((entry) => !isLinear(entry))
    .map(([name, tensor]) => [name.replace("features.", "net.slice1."), tensor]);
  const fileOf = (chosen: readonly (readonly unknown[])[]): WeightFile => ({ ...weights, tensors: Object.fromEntries(chosen) });
  const lpips = loadLpips({ weights: [fileOf(network), fileOf(entries.filter(isLinear))] });
  expect(lpips.fingerprint).toBe(loadLpips({ weights }).fingerprint);
  const generator = {
    latentSize: 4,
    generate: (z: tf.Tensor2D) => tf.tidy(() => tf.tile(tf.reshape(tf.tanh(z), [-1, 2, 2, 1]), [1, 16, 16, 1]) as tf.Tensor4D),
  };
  const options = { generator, distance: lpips, rng: createRng(0), samples: 4, epsilon: 1e-1 };
  const { mean } = await perceptualPathLength({ ...options, crop: true });
  expect(mean).toBeGreaterThan(0);
  lpips.dispose();
});

test("refuses weights of another network", () => {
  const tensors = { ...weights.tensors };
  delete tensors["lin4.model.1.weight"];
  expect(() => loadLpips({ weights: { ...weights, tensors } })).toThrow(/lin4\.model\.1\.weight/);
  const network = Object.fromEntries(Object.entries(weights.tensors).filter(([name]) => name.startsWith("features.")));
  const renamed = Object.fromEntries(
    Object.entries(network).map(([name, tensor]) => [name.replace("features", "other"), tensor]),
  );
  expect(() => loadLpips({ weights: { ...weights, tensors: renamed } })).toThrow(
    "[loadLpips] the weight file does not fit: 31 missing (features.0.weight [64, 3, 3, 3], features.0.bias [64], " +
      "features.2.weight [64, 64, 3, 3] and 28 more); 26 surplus (other.0.weight [64, 3, 3, 3], other.0.bias [64], " +
      "other.2.weight [64, 64, 3, 3] and 23 more). Give torchvision's vgg16",
  );
});
