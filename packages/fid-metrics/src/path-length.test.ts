import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { slerp, summarisePathLengths } from "./path-length.ts";

const draw = (seed: number, size = 6): Float64Array => createRng(seed).fillNormal(new Float64Array(size));
const length = (v: ArrayLike<number>): number => Math.hypot(...Array.from(v));

test("on the unit sphere: ends, length, and an angle that grows evenly", () => {
  const [a, b] = [draw(1), draw(2)];
  const unitA = a.map((value) => value / length(a));
  const close = (u: ArrayLike<number>, v: ArrayLike<number>): void =>
    Array.from(u).forEach((value, i) => {
      expect(value).toBeCloseTo(v[i], 12);
    });
  close(slerp(a, b, 0), unitA);
  close(
    slerp(a, b, 1),
    b.map((value) => value / length(b)),
  );
  const angle = (t: number): number => Math.acos(slerp(a, b, t).reduce((sum, value, i) => sum + value * unitA[i], 0));
  for (const t of [0.2, 0.5, 0.9]) {
    expect(length(slerp(a, b, t))).toBeCloseTo(1, 12);
    expect(angle(t)).toBeCloseTo(t * angle(1), 10);
  }
});

test("keeping lengths: the ends are the latents themselves; a straight line where they are collinear", () => {
  const [a, b] = [draw(3), draw(4)];
  expect(length(slerp(a, b, 1, { lengths: "keep" }))).toBeCloseTo(length(b), 12);
  const twice = a.map((value) => 2 * value);
  Array.from(slerp(a, twice, 0.25, { lengths: "keep" })).forEach((value, i) => {
    expect(value).toBeCloseTo(1.25 * a[i], 12);
  });
  expect(() => slerp([0, 0], [1, 0], 0.5)).toThrow("a latent of length 0");
  expect(() => slerp([1], [1, 0], 0.5)).toThrow("one length; got 1 and 2");
});

test("the mean without the outermost percent, both borders inclusive", () => {
  const distances = Float64Array.from({ length: 201 }, (_, i) => i);
  const { mean, numKept, low, high, standardDeviation } = summarisePathLengths(distances);
  expect({ mean, numKept, low, high }).toEqual({ mean: 100, numKept: 197, low: 2, high: 198 });
  expect(standardDeviation).toBeCloseTo(Math.sqrt((197 ** 2 - 1) / 12), 10); // of 197 consecutive integers
  expect(summarisePathLengths([5, 1e9, 5, -1], { lowerPercent: 0, upperPercent: 100 }).numKept).toBe(4);
  expect(() => summarisePathLengths([1])).toThrow("at least 2");
  expect(() => summarisePathLengths([1, Number.NaN])).toThrow("finite; got NaN");
  expect(() => summarisePathLengths([1, 2], { lowerPercent: 50, upperPercent: 50 })).toThrow("ascend");
});
