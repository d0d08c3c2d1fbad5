import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { features, randomFeatures } from "./__fixtures__/random-features.ts";
import { mongeInceptionDistance } from "./monge-inception-distance.ts";

const rng = () => createRng(0);

test("a shift by v is worth 3‖v‖² in expectation: 3d·E(uᵀv)² = 3‖v‖²", () => {
  const real = randomFeatures(1, 50, 5);
  const generated = { ...real, data: real.data.map((value, i) => value + [2, 0, 0, 1, 0][i % 5]) };
  const value = mongeInceptionDistance(real, generated, { rng: rng(), projections: 20_000 });
  expect(value / 15).toBeCloseTo(1, 1); // 20 000 directions leave 1 %
  expect(mongeInceptionDistance(real, real, { rng: rng() })).toBe(0);
});

test("in one dimension: pairs by rank, and by quantile for unlike sizes", () => {
  const [a, b] = [features([3], [1], [2]), features([5], [1], [9])];
  expect(mongeInceptionDistance(a, b, { rng: rng(), projections: 2 })).toBeCloseTo(3 * ((0 + 9 + 36) / 3), 12);
  // Each of two stands for three of six.
  const six = features([0], [0], [1], [2], [2], [2]);
  expect(mongeInceptionDistance(features([2], [0]), six, { rng: rng(), projections: 3 })).toBeCloseTo(3 * (1 / 6), 12);
});

test("symmetric; the order of rows does not matter; a scale that keeps the mean is seen", () => {
  const [real, generated] = [randomFeatures(1, 70, 6), randomFeatures(2, 90, 6)];
  const value = mongeInceptionDistance(real, generated, { rng: rng(), projections: 100 });
  expect(mongeInceptionDistance(generated, real, { rng: rng(), projections: 100 })).toBeCloseTo(value, 12);
  const wide = { ...generated, data: generated.data.map((x) => 2 * x) };
  expect(mongeInceptionDistance(real, wide, { rng: rng(), projections: 100 })).toBeGreaterThan(5 * value);
  expect(() => mongeInceptionDistance(real, wide, { rng: rng(), projections: 0 })).toThrow("projections");
});
