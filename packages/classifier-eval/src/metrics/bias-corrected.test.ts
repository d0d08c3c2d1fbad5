import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { bcaInterval, jackknifeAcceleration, normalInterval } from "./bias-corrected.ts";
import { percentileInterval } from "./bootstrap.ts";

test("without bias and skewness BCa is the percentile interval", () => {
  const values = Array.from({ length: 101 }, (_, i) => i - 50);
  const bca = bcaInterval(0, values, { acceleration: jackknifeAcceleration([1, 2, 3]) });
  expect(bca?.quantiles[0]).toBeCloseTo(0.025, 14);
  expect(bca?.low).toBeCloseTo(percentileInterval(values)?.low ?? Number.NaN, 10);
  const normal = normalInterval(0, values);
  expect(normal.low).toBeCloseTo(-normal.high, 12);
});

test("a skewed metric moves both ends up, and covers better than the percentile interval", () => {
  expect(jackknifeAcceleration([1, 1, 1])).toBe(0);
  expect(jackknifeAcceleration([0, 3, 3, 3])).toBeGreaterThan(0);
  const values = Array.from(createRng(3).fillNormal(new Float64Array(999)), (x) => Math.exp(x));
  const bca = bcaInterval(1, values, { acceleration: 0.1 });
  expect(bca?.low).toBeGreaterThan(percentileInterval(values)?.low ?? Number.NaN);
});

test("an estimate outside of all values has no BCa interval", () => {
  expect(bcaInterval(9, [1, 2, 3], { acceleration: 0 })).toBeNull();
});
