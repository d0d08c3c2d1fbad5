import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { checkGradients } from "../gradient-check.ts";
import { createPipeline } from "../pipeline.ts";
import { classicalOps } from "./index.ts";

/** Single precision against float64 finite differences. */
const TOLERANCE = 5e-6;

beforeAll(async () => {
  await ready({ backend: "cpu" });
});

test.each(classicalOps)("$name: contract, repeatable, gradient and second gradient", ({ name, create }) => {
  expect(create().name).toBe(name);
  expect(create({ strength: 0.5 }).strength).toBe(0.5);
  expect(() => create({ nonsense: 1 })).toThrow('unknown option "nonsense"');
  const pipeline = createPipeline([name], { p: 0.9 });
  const shape = [2, 5, 4, 3] as const;
  const rng = createRng(2);
  const ours = (x: tf.Tensor4D) => pipeline(x, { rng });
  const zero = ours(tf.zeros([...shape])).dataSync();
  const columns = Array.from({ length: 120 }, (_, i) => {
    const unit = new Float32Array(120).fill(1, i, i + 1);
    return Float64Array.from(ours(tf.tensor4d(unit, [...shape])).dataSync(), (value, k) => value - zero[k]);
  });
  const oracle = (x: Float64Array) => {
    const y = Float64Array.from(zero);
    for (let i = 0; i < 120; i++) for (let k = 0; k < 120; k++) y[k] += x[i] * columns[i][k];
    return y;
  };
  const { value, gradient, hessianTimesVector } = checkGradients({ shape, ours, oracle });
  expect(Math.max(value, gradient, hessianTimesVector)).toBeLessThan(TOLERANCE);
});

test("a blur keeps the mean of a flat image, a crop shows part of it larger", () => {
  const flat = tf.fill<tf.Rank.R4>([2, 9, 11, 1], 0.4);
  const blurred = createPipeline(["gaussian-blur"], { p: 1 })(flat, { rng: createRng(0) }).dataSync();
  expect(Math.max(...blurred.map((value) => Math.abs(value - 0.4)))).toBeLessThan(1e-6);
  const ramp = tf.tile(tf.reshape(tf.linspace(-1, 1, 32), [1, 1, 32, 1]), [6, 32, 1, 1]) as tf.Tensor4D;
  const cropped = createPipeline(["random-crop"], { p: 1, strengths: { "random-crop": { minArea: 0.3 } } });
  const rows = cropped(ramp, { rng: createRng(1) }).arraySync() as number[][][][];
  for (const image of rows) expect(image[16][24][0] - image[16][8][0]).toBeLessThanOrEqual(16 * (2 / 31) + 0.02);
});
