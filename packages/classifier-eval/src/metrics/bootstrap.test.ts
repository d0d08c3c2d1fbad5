import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { basicInterval, bootstrapWeights, percentileInterval, quantile } from "./bootstrap.ts";

test("a sample draws as many images as there are; sample b depends on b only", () => {
  const many = bootstrapWeights(50, { rng: createRng(1), resamples: 20 });
  for (const weights of many) expect(weights.reduce((a, b) => a + b, 0)).toBe(50);
  expect(bootstrapWeights(50, { rng: createRng(1), resamples: 5 })).toEqual(many.slice(0, 5));
});

test("images of a group are drawn together", () => {
  const groups = ["a", "b", "a", "c", "b", "a"];
  for (const weights of bootstrapWeights(6, { rng: createRng(2), resamples: 30, groups })) {
    expect([weights[2], weights[5], weights[4]]).toEqual([weights[0], weights[0], weights[1]]);
    expect(weights[0] + weights[1] + weights[3]).toBe(3);
  }
});

test("the interval of a mean covers the truth about as often as it says", () => {
  let covered = 0;
  for (let trial = 0; trial < 200; trial++) {
    const rng = createRng(100 + trial);
    const data = rng.fillNormal(new Float64Array(60), 1, 2);
    const means = bootstrapWeights(60, { rng, resamples: 200 }).map(
      (weights) => data.reduce((sum, x, i) => sum + weights[i] * x, 0) / 60,
    );
    const interval = percentileInterval(means);
    if (interval && interval.low <= 1 && 1 <= interval.high) covered++;
  }
  // 95 % of 200, less four standard deviations and the small-sample shortfall of the percentile method.
  expect(covered).toBeGreaterThan(172);
});

test("quantiles interpolate; undefined samples drop out, and null where most are", () => {
  expect([0, 0.25, 0.5, 1].map((q) => quantile([1, 2, 4], q))).toEqual([1, 1.5, 2, 4]);
  expect(percentileInterval([1, Number.NaN, 2, 3])).toEqual(percentileInterval([3, 1, 2]));
  expect(percentileInterval([1, Number.NaN, Number.NaN])).toBeNull();
  expect(percentileInterval([])).toBeNull();
  expect(basicInterval(2, [1, 1, 1])).toEqual({ low: 3, high: 3 });
});

test("mistakes are named", () => {
  expect(() => bootstrapWeights(3, { rng: createRng(0), groups: ["a"] })).toThrow("needs a group for each of 3 images; got 1.");
  expect(() => bootstrapWeights(3, { rng: createRng(0), resamples: 0 })).toThrow("resamples must be an integer ≥ 1; got 0.");
});
