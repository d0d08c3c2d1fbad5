import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { randomFeatures } from "./__fixtures__/random-features.ts";
import { frechetDistanceFromFeatures } from "./frechet-distance.ts";
import { frechetDistanceInfinity } from "./frechet-distance-infinity.ts";

test("takes most of the bias of small samples away", () => {
  // Both sides are N(0, 1) in 16 dimensions: the distance is 0 but for the bias.
  const [real, generated] = [randomFeatures(1, 20_000, 16), randomFeatures(2, 800, 16)];
  const plain = frechetDistanceFromFeatures(real, generated);
  const { value, slope, sizes, distances } = frechetDistanceInfinity(real, generated, { rng: createRng(0) });
  expect(plain).toBeGreaterThan(0.05);
  expect(Math.abs(value)).toBeLessThan(plain / 4);
  expect(slope).toBeGreaterThan(0);
  expect([sizes[0], sizes.at(-1), sizes.length]).toEqual([400, 800, 15]);
  expect(distances.at(-1)).toBeCloseTo(plain, 10);
});

test("fewer real features than dimensions; the same seed, the same value", () => {
  const [real, generated] = [randomFeatures(3, 12, 20), randomFeatures(4, 30, 20)];
  const run = () => frechetDistanceInfinity(real, generated, { rng: createRng(1), points: 3, smallest: 10 });
  expect(run()).toEqual(run());
  expect(run().sizes).toEqual([10, 20, 30]);
});

test("refuses sizes that are none", () => {
  const [real, generated] = [randomFeatures(3, 12, 4), randomFeatures(4, 30, 4)];
  const refuse = (options: object) => () => frechetDistanceInfinity(real, generated, { rng: createRng(1), ...options });
  expect(refuse({ smallest: 30 })).toThrow("from 2 to 29");
  expect(refuse({ points: 1 })).toThrow("points must be an integer ≥ 2");
});
