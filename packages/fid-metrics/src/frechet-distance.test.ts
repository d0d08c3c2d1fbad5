import { describe, expect, test } from "vitest";
import { features, randomFeatures } from "./__fixtures__/random-features.ts";
import { featureStatistics } from "./feature-statistics.ts";
import type { Features } from "./features.ts";
import { frechetDistance, frechetDistanceFromFeatures } from "./frechet-distance.ts";
import type { FeatureStatistics } from "./moments.ts";

/** The bound on a distance to itself. */
const SELF = 1e-6;
/** Rounding of D·ε on traces near 10. */
const ROUNDING = 1e-11;

const diagonal = (mean: number[], variances: number[]): FeatureStatistics => ({
  count: 1000,
  dimension: mean.length,
  mean: Float64Array.from(mean),
  covariance: Float64Array.from(variances.flatMap((v, i) => variances.map((_, j) => (i === j ? v : 0)))),
});

describe("closed forms", () => {
  test("diagonal Gaussians: Σ (μ₁ − μ₂)² + (σ₁ − σ₂)²", () => {
    const distance = frechetDistance(diagonal([0, 1, 2], [1, 4, 9]), diagonal([1, 1, 0], [4, 4, 1]));
    expect(distance).toBeCloseTo(1 + 0 + 4 + (1 - 2) ** 2 + 0 + (3 - 1) ** 2, 12);
  });
  test("a shift by ½ in 64 dimensions is 16", () => {
    const a = randomFeatures(1, 400, 64);
    const b: Features = { ...a, data: a.data.map((value) => value + 0.5) };
    expect(Math.abs(frechetDistanceFromFeatures(a, b) - 16)).toBeLessThan(ROUNDING);
  });
  test("twice the size: tr S(1 − 2)² + the mean's part", () => {
    const a = randomFeatures(2, 30, 100);
    const b: Features = { ...a, data: a.data.map((value) => 2 * value) };
    const { mean, covariance } = featureStatistics(a);
    const trace = mean.reduce((sum, _, i) => sum + covariance[i * 101], 0);
    const shift = mean.reduce((sum, value) => sum + value * value, 0);
    expect(frechetDistanceFromFeatures(a, b)).toBeCloseTo(trace + shift, 10);
  });
  test("constant features have no spread: only the means count", () => {
    const constant = (value: number): Features => ({ count: 10, dimension: 16, data: new Float64Array(160).fill(value) });
    expect(frechetDistanceFromFeatures(constant(1), constant(3))).toBe(64);
    expect(frechetDistance(featureStatistics(constant(1)), featureStatistics(constant(3)))).toBe(64);
  });
});

test.each([
  ["more samples than dimensions", 300, 20],
  ["fewer samples than dimensions", 25, 192],
])("a set against itself is 0: %s", (_, count, dimension) => {
  const a = randomFeatures(3, count, dimension);
  expect(Math.abs(frechetDistanceFromFeatures(a, a))).toBeLessThan(SELF);
  expect(Math.abs(frechetDistance(featureStatistics(a), featureStatistics(a)))).toBeLessThan(SELF);
});

test.each([
  [200, 150, 30],
  [40, 25, 60],
  [200, 25, 60],
])("statistics and features agree: %i and %i samples in %i dimensions", (n1, n2, dimension) => {
  const a = randomFeatures(4, n1, dimension);
  const b = randomFeatures(5, n2, dimension, 0.3);
  const fromFeatures = frechetDistanceFromFeatures(a, b);
  expect(frechetDistance(featureStatistics(a), featureStatistics(b)) / fromFeatures - 1).toBeLessThan(1e-9);
  expect(frechetDistanceFromFeatures(b, a) / fromFeatures - 1).toBeLessThan(1e-12);
});

test("refuses what has no distance", () => {
  expect(() => frechetDistanceFromFeatures(features([1, 2]), features([1, 2], [3, 4]))).toThrow(
    "[frechetDistance] real needs at least 2 features; got 1.",
  );
  expect(() => frechetDistanceFromFeatures(features([1], [2]), features([1, 2], [3, 4]))).toThrow("real has 1, generated has 2");
  expect(() => frechetDistanceFromFeatures(features([1], [2]), features([1], [Number.NaN]))).toThrow("generated holds NaN");
  const broken = diagonal([0, 0], [1, Number.NaN]);
  expect(() => frechetDistance(diagonal([0, 0], [1, 1]), broken)).toThrow("generated statistics hold NaN");
  expect(() => frechetDistance(diagonal([0], [1]), { ...broken, count: 1 })).toThrow("feature dimensions differ");
});

test("what is no covariance is refused, not rounded away", () => {
  const of = (covariance: number[], count = 100) => ({
    count,
    dimension: 2,
    mean: new Float64Array(2),
    covariance: Float64Array.from(covariance),
  });
  const good = of([2, 0.5, 0.5, 1]);
  expect(() => frechetDistance(of([-1, 0, 0, -1]), good)).toThrow("real statistics hold a variance of -1");
  expect(() => frechetDistance(good, of([1, 0, 0, -0.5]))).toThrow("generated statistics hold a variance of -0.5");
  for (const count of [100, 2]) {
    expect(() => frechetDistance(of([1, 2, 2, 1], count), good)).toThrow(/real .*no covariance: it has the eigenvalue -1/);
    expect(() => frechetDistance(good, of([1, 2, 2, 1], count))).toThrow(/generated .*no covariance: it has the eigenvalue -1/);
  }
  // What float32 leaves of a singular covariance is rounding.
  const rounded = of([1, 1, 1, 1 - 1e-7]);
  expect(frechetDistance(rounded, of([1, 1, 1, 1]))).toBeCloseTo(0, 5);
});
