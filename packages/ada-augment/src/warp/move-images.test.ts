import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { ready } from "tfjs-train";
import { beforeAll, describe, expect, test } from "vitest";
import { checkGradients } from "../gradient-check.ts";
import { type Homogeneous, multiplyHomogeneous, rotation2d, scaling2d, translation2d } from "../homogeneous.ts";
import { reflectIndex } from "../reflect-index.ts";
import { resamplingTaps } from "../wavelets.ts";
import { composedWarp } from "./composed-warp.ts";
import { moveImages } from "./move-images.ts";
import { marginsOf, samplePositions } from "./warp-plan.ts";

/** Single precision against float64. */
const TOLERANCE = 5e-6;
const options = { blits: "resampled", margins: "image" } as const;

beforeAll(async () => {
  await ready({ backend: "cpu" });
});

const generic = [
  multiplyHomogeneous(multiplyHomogeneous(rotation2d(0.7), scaling2d(1.3, 0.8)), translation2d(1.4, -0.6)),
  multiplyHomogeneous(scaling2d(-2.3, 2.1), rotation2d(-2)),
  scaling2d(0.4, 0.5),
];

/** The warp by its definition, sum by sum, in float64; one channel. */
function warpOracle(x: Float64Array, inverse: Homogeneous, { height, width }: { height: number; width: number }): Float64Array {
  const margins = marginsOf(inverse, { height, width });
  const padded = (i: number, k: number) => {
    const inside = i >= -margins.top && i < height + margins.bottom && k >= -margins.left && k < width + margins.right;
    return inside ? x[reflectIndex(i, height) * width + reflectIndex(k, width)] : 0;
  };
  const computed = new Map<number, number>();
  const doubled = (v: number, u: number) => {
    if (v < -2 * margins.top || v >= 2 * (height + margins.bottom)) return 0;
    if (u < -2 * margins.left || u >= 2 * (width + margins.right)) return 0;
    const known = computed.get(1000 * v + u);
    if (known !== undefined) return known;
    let sum = 0;
    for (let i = Math.floor(v / 2) - 3; i <= Math.floor(v / 2) + 3; i++)
      for (let k = Math.floor(u / 2) - 3; k <= Math.floor(u / 2) + 3; k++)
        sum += 4 * (resamplingTaps[v - 2 * i + 5] ?? 0) * (resamplingTaps[u - 2 * k + 5] ?? 0) * padded(i, k);
    computed.set(1000 * v + u, sum);
    return sum;
  };
  // Doubled pixel u lies at u/2 − 1/4 in pixels; both sides are measured from the middle of the image.
  const sample = (v: number, u: number) => {
    const [px, py] = [u / 2 - 0.25 - (width - 1) / 2 + 0.25, v / 2 - 0.25 - (height - 1) / 2 + 0.25];
    const inputX = inverse[0] * px + inverse[1] * py + inverse[2] + (width - 1) / 2 - 0.25;
    const inputY = inverse[3] * px + inverse[4] * py + inverse[5] + (height - 1) / 2 - 0.25;
    const [atX, atY] = [2 * inputX + 0.5, 2 * inputY + 0.5];
    const [left, top] = [Math.floor(atX), Math.floor(atY)];
    const [fx, fy] = [atX - left, atY - top];
    return (
      (1 - fy) * ((1 - fx) * doubled(top, left) + fx * doubled(top, left + 1)) +
      fy * ((1 - fx) * doubled(top + 1, left) + fx * doubled(top + 1, left + 1))
    );
  };
  return Float64Array.from({ length: height * width }, (_, n) => {
    const [y, xIndex] = [Math.floor(n / width), n % width];
    let sum = 0;
    for (let i = 0; i < 12; i++)
      for (let k = 0; k < 12; k++) sum += resamplingTaps[i] * resamplingTaps[k] * sample(2 * y + i - 5, 2 * xIndex + k - 5);
    return sum;
  });
}

describe.each(generic.map((inverse, i) => [i, inverse] as const))("map %d", (_, inverse) => {
  const size = { height: 5, width: 7 };

  test("value, gradient and second gradient agree with the definition in float64", () => {
    const columns = Array.from({ length: 35 }, (_, i) => warpOracle(new Float64Array(35).fill(1, i, i + 1), inverse, size));
    const oracle = (x: Float64Array) => {
      const y = new Float64Array(35);
      for (let i = 0; i < 35; i++) for (let k = 0; k < 35; k++) y[k] += x[i] * columns[i][k];
      return y;
    };
    const errors = checkGradients({ shape: [1, 5, 7, 1], ours: (x) => moveImages(x, [inverse], options), oracle });
    expect(errors.value).toBeLessThan(TOLERANCE);
    expect(errors.gradient).toBeLessThan(TOLERANCE);
    expect(errors.hessianTimesVector).toBeLessThan(TOLERANCE);
  });
});

test("the tensor ops of graphics backends give the same, with gradient, across several tiles, grey and RGB", () => {
  for (const shape of [
    [2, 66, 7, 3],
    [2, 5, 6, 1],
  ] as const) {
    const [, height, width] = shape;
    const x = tf.randomUniform<tf.Rank.R4>([...shape], -1, 1, "float32", 3);
    const dy = tf.randomUniform<tf.Rank.R4>([...shape], -1, 1, "float32", 4);
    const inverses = generic.slice(0, 2);
    const plans = inverses.map((inverse) => ({
      margins: marginsOf(inverse, { height, width }),
      positions: samplePositions(inverse, { height, width }),
    }));
    const ours = (t: tf.Tensor) => moveImages(t as tf.Tensor4D, inverses, options);
    const theirs = (t: tf.Tensor) => composedWarp(t as tf.Tensor4D, plans);
    const largest = (a: tf.Tensor, b: tf.Tensor) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0];
    // The grid of the tensor ops is single precision.
    expect(largest(ours(x), theirs(x))).toBeLessThan(1e-4);
    expect(largest(tf.grad(ours)(x, dy), tf.grad(theirs)(x, dy))).toBeLessThan(2e-4);
  }
});

test("the identity and whole shifts come out as they went in; flips only where they are copied", () => {
  const x = tf.randomUniform<tf.Rank.R4>([1, 12, 14, 3], -1, 1, "float32", 7);
  const inverses = [translation2d(2, -3)];
  const difference = (a: tf.Tensor, b: tf.Tensor) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0];
  const copied = moveImages(x, inverses, { ...options, blits: "copied" });
  expect(difference(moveImages(x, inverses, options), copied)).toBeLessThan(1e-6);
  const flip = [scaling2d(-1, 1)];
  expect(difference(moveImages(x, flip, { ...options, blits: "copied" }), tf.reverse(x, 2))).toBe(0);
  expect(difference(moveImages(x, flip, options), tf.reverse(x, 2))).toBeGreaterThan(0.01);
});

test("copied, kept and warped images stand in one batch, and the transpose is exact: ⟨Wx, y⟩ = ⟨x, Wᵀy⟩", () => {
  const inverses = [generic[0], scaling2d(-1, 1), scaling2d(1, 1), generic[1]];
  const rng = createRng(0);
  const draw = () => tf.tensor4d(rng.fillNormal(new Float32Array(4 * 66 * 10 * 3)), [4, 66, 10, 3]);
  const [x, y] = [draw(), draw()];
  const warp = (t: tf.Tensor) => moveImages(t as tf.Tensor4D, inverses, { ...options, blits: "copied" });
  const dot = (a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.mul(a, b)).dataSync()[0];
  const left = dot(warp(x), y);
  expect(Math.abs(left - dot(x, tf.grad(warp)(x, y)))).toBeLessThan(1e-3);
  expect(
    warp(x)
      .dataSync()
      .slice(2 * 1980, 3 * 1980),
  ).toEqual(x.dataSync().slice(2 * 1980, 3 * 1980));
});

test("margins of the batch let a shrunken image see farther than its own", () => {
  const x = tf.ones<tf.Rank.R4>([2, 16, 16, 1]);
  const inverses = [scaling2d(1.6, 1.6), scaling2d(2, 2)];
  const [own, shared] = (["image", "batch"] as const).map((margins) =>
    moveImages(x, inverses, { ...options, margins }).dataSync(),
  );
  expect(own.slice(0, 256)).not.toEqual(shared.slice(0, 256));
  expect(own.slice(256)).toEqual(shared.slice(256));
});

test("nothing leaks", () => {
  const x = tf.ones<tf.Rank.R4>([1, 8, 8, 1]);
  const before = tf.memory().numTensors;
  moveImages(x, [generic[0]], options).dispose();
  tf.grad((t) => moveImages(t as tf.Tensor4D, [generic[0]], options))(x).dispose();
  expect(tf.memory().numTensors).toBe(before);
});
