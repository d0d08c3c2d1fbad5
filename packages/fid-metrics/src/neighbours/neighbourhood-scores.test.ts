import { createRng } from "repro-kit";
import { describe, expect, test } from "vitest";
import { features, randomFeatures } from "../__fixtures__/random-features.ts";
import type { Features } from "../features.ts";
import { nearestNeighbours, neighbourRadii } from "./nearest-neighbours.ts";
import { fScore, type NeighbourhoodScores, neighbourhoodScores } from "./neighbourhood-scores.ts";

const distance = (a: Features, i: number, b: Features, j: number): number =>
  Math.hypot(...Array.from({ length: a.dimension }, (_, k) => a.data[i * a.dimension + k] - b.data[j * a.dimension + k]));
const rows = ({ count }: Features): number[] => Array.from({ length: count }, (_, i) => i);

/** The definitions, pair by pair. */
function bruteForce(real: Features, generated: Features, k: number): NeighbourhoodScores {
  const radius = (set: Features, i: number): number =>
    rows(set)
      .filter((j) => j !== i)
      .map((j) => distance(set, i, set, j))
      .sort((a, b) => a - b)[k - 1];
  const [radiiReal, radiiGenerated] = [real, generated].map((set) => rows(set).map((i) => radius(set, i)));
  const share = (flags: boolean[]): number => flags.filter(Boolean).length / flags.length;
  const held = rows(generated).map((j) => rows(real).filter((i) => distance(real, i, generated, j) < radiiReal[i]).length);
  return {
    precision: share(rows(generated).map((j) => rows(real).some((i) => distance(real, i, generated, j) <= radiiReal[i]))),
    recall: share(rows(real).map((i) => rows(generated).some((j) => distance(real, i, generated, j) <= radiiGenerated[j]))),
    density: held.reduce((a, b) => a + b, 0) / (k * generated.count),
    coverage: share(rows(real).map((i) => rows(generated).some((j) => distance(real, i, generated, j) < radiiReal[i]))),
  };
}

test.each([1, 3, 5])("equal to the definitions pair by pair, k = %d", (k) => {
  const [real, generated] = [randomFeatures(1, 60, 4), randomFeatures(2, 47, 4, 0.5)];
  expect(neighbourhoodScores(real, generated, { k })).toEqual(bruteForce(real, generated, k));
});

test("sets larger than a tile; swapping the sets swaps precision and recall", () => {
  const [real, generated] = [randomFeatures(3, 700, 3), randomFeatures(4, 2300, 3, 0.4)];
  const scores = neighbourhoodScores(real, generated);
  const swapped = neighbourhoodScores(generated, real);
  expect([swapped.precision, swapped.recall]).toEqual([scores.recall, scores.precision]);
  const radii = neighbourRadii(generated, 3);
  const [row] = [1234];
  const near = rows(generated)
    .filter((j) => j !== row)
    .map((j) => distance(generated, row, generated, j))
    .sort((a, b) => a - b);
  expect(radii[row]).toBeCloseTo(near[2], 10);
  const { indices, distances } = nearestNeighbours(generated, real);
  const all = rows(real).map((i) => distance(real, i, generated, row));
  expect(indices[row]).toBe(all.indexOf(Math.min(...all)));
  expect(distances[row]).toBeCloseTo(Math.min(...all), 10);
});

describe("a collapsed generator", () => {
  const real = randomFeatures(5, 1200, 16);
  test("that draws one image over and over has full precision and a recall below 0.01", () => {
    const one = real.data.slice(0, 16);
    const same = Float64Array.from({ length: 1200 * 16 }, (_, i) => one[i % 16]);
    const scores = neighbourhoodScores(real, { count: 1200, dimension: 16, data: same });
    expect(scores.precision).toBe(1);
    expect(scores.recall).toBeLessThan(0.01);
    expect(scores.coverage).toBeLessThan(0.01);
  });
  test("that varies a few images slightly has a recall below 0.01 as well", () => {
    const rng = createRng(6);
    const data = Float64Array.from({ length: 1200 * 16 }, (_, i) => real.data[(Math.floor(i / 16) % 5) * 16 + (i % 16)]);
    const varied = data.map((value) => value + 0.02 * rng.normal());
    const scores = neighbourhoodScores(real, { count: 1200, dimension: 16, data: varied });
    expect(scores.precision).toBeGreaterThan(0.99);
    expect(scores.recall).toBeLessThan(0.01);
    expect(fScore(scores)).toBeLessThan(0.02);
  });
});

test("equal rows stay at distance 0 far from the origin", () => {
  const data = Float64Array.from([1e6, 1e6, 1e6, 1e6, 1e6 + 1, 1e6, 1e6, 1e6 + 2]);
  const set = { count: 4, dimension: 2, data };
  expect(Array.from(neighbourRadii(set, 1))).toEqual([0, 0, 1, 2]);
  expect(fScore({ precision: 0, recall: 0 })).toBe(0);
});

test("refuses sets of k features, other dimensions, NaN", () => {
  expect(() => neighbourhoodScores(randomFeatures(1, 3, 2), randomFeatures(2, 9, 2))).toThrow("real needs more than k = 3");
  expect(() => neighbourhoodScores(randomFeatures(1, 9, 2), randomFeatures(2, 9, 3))).toThrow("dimensions differ");
  expect(() => neighbourRadii(features([1], [Number.NaN]), 1)).toThrow("NaN");
  expect(() => neighbourRadii(randomFeatures(1, 9, 2), 0)).toThrow("k must be an integer");
  expect(() => nearestNeighbours(randomFeatures(1, 9, 2), { count: 0, dimension: 2, data: new Float64Array(0) })).toThrow(
    "real needs at least 1",
  );
});
