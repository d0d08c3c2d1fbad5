import { createRng } from "repro-kit";
import { describe, expect, test } from "vitest";
import { randomFeatures } from "../__fixtures__/random-features.ts";
import type { Features } from "../features.ts";
import { centreOf, createDistanceScreen, squaredDistance, visitNearPairs } from "./distance-screen.ts";

const map = (set: Features, change: (value: number, index: number) => number): Features => ({
  ...set,
  data: set.data.map(change),
});
const plain = (a: Features, i: number, b: Features, j: number): number =>
  Math.hypot(...Array.from({ length: a.dimension }, (_, k) => a.data[i * a.dimension + k] - b.data[j * a.dimension + k]));

const rng = createRng(9);
const sets: Record<string, Features> = {
  "normal features": randomFeatures(1, 70, 33),
  "far from the origin": map(randomFeatures(2, 40, 8), (value) => value + 1e6),
  "one row a million times as long": map(randomFeatures(3, 40, 16), (value, i) => (i < 16 ? 1e6 * value : value)),
  "one entry of each row": map(randomFeatures(4, 40, 16), (value, i) => (i % 16 === 3 ? 1e3 * value : 0)),
  "rows that are equal": map(randomFeatures(5, 40, 6), (_, i) => i % 6),
  "tiny features": map(randomFeatures(6, 40, 6), (value) => 1e-150 * value),
  "features whose squares overflow": map(randomFeatures(7, 12, 6), (value) => 1e160 * value),
};

describe.each(Object.entries(sets))("%s", (_, set) => {
  const screen = createDistanceScreen(set, centreOf(set));
  test("the bounds hold, and no pair within its limit is passed over", () => {
    const limits = Float64Array.from(
      { length: set.count },
      (_, i) => plain(set, i, set, (i + 1) % set.count) * (0.5 + rng.uniform()),
    );
    const visited = new Set<number>();
    visitNearPairs(screen, screen, { rows: limits, columns: limits }, (i, j, low, high) => {
      visited.add(i * set.count + j);
      const distance = plain(set, i, set, j);
      expect(low > distance || high < distance).toBe(false); // NaN where squares overflow: nothing is said
    });
    for (let i = 0; i < set.count; i++)
      for (let j = i + 1; j < set.count; j++)
        if (plain(set, i, set, j) <= Math.max(limits[i], limits[j])) expect(visited.has(i * set.count + j)).toBe(true);
  });
});

test("close bounds: within a thousandth of a typical distance at 2048 dimensions", () => {
  const set = randomFeatures(8, 20, 2048);
  const screen = createDistanceScreen(set, centreOf(set));
  const limits = new Float64Array(20).fill(Number.POSITIVE_INFINITY);
  let widest = 0;
  visitNearPairs(screen, screen, { rows: limits, columns: limits }, (_i, _j, low, high) => {
    widest = Math.max(widest, (high - low) / low);
  });
  expect(widest).toBeGreaterThan(0);
  expect(widest).toBeLessThan(1e-3);
});

test("a distance has the same bits in either order, and is that of the differences", () => {
  const [a, b] = [randomFeatures(10, 3, 2047), randomFeatures(11, 3, 2047)];
  expect(squaredDistance(a, 1, b, 2)).toBe(squaredDistance(b, 2, a, 1));
  expect(Math.sqrt(squaredDistance(a, 1, b, 2)) / plain(a, 1, b, 2)).toBeCloseTo(1, 13);
  expect(squaredDistance(a, 0, a, 0)).toBe(0);
});
