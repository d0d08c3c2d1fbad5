import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { randomFeatures } from "./__fixtures__/random-features.ts";
import { bootstrapInterval } from "./bootstrap-interval.ts";
import type { Features } from "./features.ts";
import { frechetDistanceFromFeatures } from "./frechet-distance.ts";

const meanOf = ({ data }: Features): number => data.reduce((sum, value) => sum + value, 0) / data.length;
const gap = (a: Features, b: Features): number => meanOf(a) - meanOf(b);

test("of a difference of means: the standard error of textbooks, and 95 of 100 intervals hold the truth", async () => {
  let held = 0;
  for (let trial = 0; trial < 100; trial++) {
    const [real, generated] = [randomFeatures(2 * trial, 60, 1, 1), randomFeatures(2 * trial + 1, 80, 1)];
    const value = gap(real, generated);
    const { low, high, standardError } = await bootstrapInterval(
      { metric: gap, value, real, generated },
      { rng: createRng(trial), rounds: 200 },
    );
    if (low <= 1 && 1 <= high) held++;
    if (trial === 0) expect(standardError).toBeCloseTo(Math.sqrt(1 / 60 + 1 / 80), 1);
  }
  expect(held).toBeGreaterThanOrEqual(88); // 95 less three standard deviations
});

test("an interval of FID holds the FID, though resampled sets are farther apart", async () => {
  const [real, generated] = [randomFeatures(1, 120, 6), randomFeatures(2, 120, 6)];
  const value = frechetDistanceFromFeatures(real, generated);
  const metric = frechetDistanceFromFeatures;
  const { low, high } = await bootstrapInterval({ metric, value, real, generated }, { rng: createRng(0), rounds: 50 });
  expect(low).toBeLessThan(value);
  expect(high).toBeGreaterThan(value);
  const again = await bootstrapInterval({ metric, value, real, generated }, { rng: createRng(0), rounds: 50 });
  expect(again).toMatchObject({ low, high });
});

test("refuses too few rounds and no level", async () => {
  const set = randomFeatures(1, 5, 1);
  const sets = { metric: gap, value: 0, real: set, generated: set };
  await expect(bootstrapInterval(sets, { rng: createRng(0), rounds: 3 })).rejects.toThrow("rounds must be an integer ≥ 20");
  await expect(bootstrapInterval(sets, { rng: createRng(0), level: 95 })).rejects.toThrow("level must lie between 0 and 1");
});
