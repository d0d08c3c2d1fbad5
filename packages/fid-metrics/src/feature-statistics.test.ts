import { expect, test } from "vitest";
import { features, randomFeatures } from "./__fixtures__/random-features.ts";
import { createStatistics } from "./create-statistics.ts";
import { featureStatistics, mergeStatistics } from "./feature-statistics.ts";
import { joinFeatures, selectFeatures } from "./features.ts";
import type { FeatureStatistics } from "./moments.ts";

/** Sums in another order: n·ε of numbers near 1. */
const ROUNDING = 1e-12;

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

function expectClose(ours: FeatureStatistics, theirs: FeatureStatistics): void {
  expect(ours.count).toBe(theirs.count);
  for (const key of ["mean", "covariance"] as const)
    ours[key].forEach((value, i) => {
      expect(Math.abs(value - theirs[key][i])).toBeLessThan(ROUNDING);
    });
}

test("by hand: three points in the plane", () => {
  const { mean, covariance } = featureStatistics(features([0, 0], [2, 0], [1, 3]));
  expect([...mean]).toEqual([1, 1]);
  expect([...covariance]).toEqual([1, 0, 0, 3]);
});

test("a large mean costs no digits", () => {
  const { covariance } = featureStatistics(features([1e8], [1e8 + 1], [1e8 + 2]));
  expect(covariance[0]).toBe(1);
});

test("batches, shards and the whole agree", () => {
  const all = joinFeatures([randomFeatures(1, 40, 5), randomFeatures(2, 23, 5, 3)]);
  const whole = featureStatistics(all);
  const streamed = createStatistics(5);
  for (const [from, to] of [
    [0, 1],
    [1, 30],
    [30, 63],
  ])
    streamed.add(selectFeatures(all, range(from, to)));
  expect(streamed.count).toBe(63);
  expectClose(streamed.result(), whole);
  const shards = [range(0, 40), range(40, 63)].map((rows) => featureStatistics(selectFeatures(all, rows)));
  expectClose(mergeStatistics(shards[0], shards[1]), whole);
});

test("refuses too few, unlike and broken features", () => {
  expect(() => featureStatistics(features([1, 2]))).toThrow("[featureStatistics] features needs at least 2 features; got 1.");
  expect(() => createStatistics(3).add(features([1, 2]))).toThrow("expected dimension 3; got 2");
  const one = createStatistics(2);
  one.add(features([1, 2]));
  expect(() => one.result()).toThrow("at least 2 features are needed; got 1");
  expect(() => one.add(features([1, Number.POSITIVE_INFINITY]))).toThrow("holds Infinity");
});
