import { expect, test } from "vitest";
import { features, randomFeatures } from "./__fixtures__/random-features.ts";
import { clipDiscrepancy } from "./clip-discrepancy.ts";

test("its definition on a few vectors", () => {
  const [x, y] = [features([2, 0], [0, 3]), features([1, 1], [1, 0], [-5, 0])];
  const unit = (rows: number[][]) => rows.map((row) => row.map((value) => value / Math.hypot(...row)));
  const [u, v] = [
    unit([
      [2, 0],
      [0, 3],
    ]),
    unit([
      [1, 1],
      [1, 0],
      [-5, 0],
    ]),
  ];
  const mean = (a: number[][], b: number[][]): number =>
    a.flatMap((p) => b.map((q) => Math.exp(-((p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2) / 200))).reduce((s, k) => s + k, 0) /
    (a.length * b.length);
  expect(clipDiscrepancy(x, y)).toBeCloseTo(1000 * (mean(u, u) + mean(v, v) - 2 * mean(u, v)), 9);
});

test("0 for equal sets, and only directions count", () => {
  const real = randomFeatures(1, 600, 4);
  const scaled = { ...real, data: real.data.map((value) => 7 * value) };
  expect(Math.abs(clipDiscrepancy(real, scaled))).toBeLessThan(1e-10); // rounding of means near 1, times 1000
  expect(clipDiscrepancy(real, randomFeatures(2, 1100, 4, 1))).toBeGreaterThan(0.1);
  expect(() => clipDiscrepancy(real, features([0, 0, 0, 0], [1, 0, 0, 0]))).toThrow("generated embedding 0 has length 0");
});
