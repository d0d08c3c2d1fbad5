import * as tf from "@tensorflow/tfjs-core";
import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { applyColorMatrices } from "./color-matrix.ts";
import { checkGradients } from "./gradient-check.ts";
import { identityMatrix, scaling3d, translation3d } from "./homogeneous.ts";

/** Single precision against the float64 oracle. */
const TOLERANCE = 2e-6;

beforeAll(async () => {
  await ready({ backend: "cpu" });
});

const mixing = [0.5, 0.25, -0.5, 0.1, 1, 0, 0.125, -0.2, 0.3, 0.6, 0.9, 0.05, 0, 0, 0, 1];

/** Pixel by pixel, in float64. */
function oracle(images: Float64Array, matrices: readonly (readonly number[])[], channels: number): Float64Array {
  const perImage = images.length / matrices.length;
  return images.map((_, i) => {
    const m = matrices[Math.floor(i / perImage)];
    const pixel = Math.floor(i / channels) * channels;
    const rgb = [0, 1, 2].map((c) => images[pixel + (channels === 1 ? 0 : c)]);
    const out = [0, 1, 2].map((r) => m[4 * r] * rgb[0] + m[4 * r + 1] * rgb[1] + m[4 * r + 2] * rgb[2] + m[4 * r + 3]);
    return channels === 1 ? (out[0] + out[1] + out[2]) / 3 : out[i % channels];
  });
}

test.each([
  ["RGB, mixing channels", 3, [mixing, identityMatrix(4)]],
  ["RGB, diagonal", 3, [scaling3d(2, 3, 4), translation3d(0.1, 0.2, 0.3)]],
  ["grey", 1, [mixing, scaling3d(2, 2, 2)]],
])("%s: value, gradient and second gradient", (_, channels, matrices) => {
  const errors = checkGradients({
    shape: [2, 3, 2, channels],
    ours: (x) => applyColorMatrices(x, matrices),
    oracle: (x) => oracle(x, matrices, channels),
  });
  expect(errors.value).toBeLessThan(TOLERANCE);
  expect(errors.gradient).toBeLessThan(TOLERANCE);
  expect(errors.hessianTimesVector).toBeLessThan(TOLERANCE);
});

test("an identity matrix in a batch leaves its image bit for bit", () => {
  const images = tf.randomUniform<tf.Rank.R4>([2, 4, 5, 3], -1, 1, "float32", 1);
  const out = tf.slice(applyColorMatrices(images, [identityMatrix(4), mixing]), [0, 0, 0, 0], [1, 4, 5, 3]);
  expect([...out.dataSync()]).toEqual([...images.dataSync()].slice(0, 60));
});
