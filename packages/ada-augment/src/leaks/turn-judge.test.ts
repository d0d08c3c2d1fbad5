import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { NUM_EDGES, turnedPlaces } from "./edge-map.ts";
import { trainTurnJudge } from "./turn-judge.ts";

/** Maps of noise in which four cells' first directions stand out as they do not on the other sides. */
const maps = (count: number, seed: number, lean: number): number[][] => {
  const rng = createRng(seed);
  return Array.from({ length: count }, () =>
    Array.from({ length: NUM_EDGES }, (_, i) => rng.normal() + (i < 32 && i % 8 === 0 ? lean : 0)),
  );
};
const turn = (map: readonly number[], turns: number): number[] => [...turnedPlaces(turns)].map((place) => map[place]);

test("it learns which way up images are, and its odds are those of a turn drawn from four", () => {
  const judge = trainTurnJudge(maps(400, 1, 2));
  const unseen = maps(400, 2, 2);
  const isUpright = (map: readonly number[]): boolean => {
    const odds = [0, 1, 2, 3].map((turns) => judge.logOdds(turn(map, turns)));
    // 1 / (4·odds) is a turn's share of the whole.
    expect(odds.reduce((sum, value) => sum + Math.exp(-value) / 4, 0)).toBeCloseTo(1, 10);
    return odds[0] === Math.min(...odds);
  };
  // Four numbers of mean 2: turned by one quarter they stand at another side, so that the difference has mean 8 and variance 8.
  expect(unseen.filter(isUpright).length / unseen.length).toBeGreaterThan(0.95);
});

test("images that can all be told are no trouble", () => {
  const judge = trainTurnJudge(maps(100, 1, 30));
  for (const map of maps(100, 2, 30)) {
    expect(judge.logOdds(map)).toBeLessThan(-1); // never below −log 4
    expect(judge.logOdds(turn(map, 1))).toBeGreaterThan(1);
  }
});

test("where images have no way up, it says so", () => {
  const judge = trainTurnJudge(maps(400, 1, 0));
  const odds = maps(400, 2, 0).map((map) => judge.logOdds(map));
  expect(Math.max(...odds.map(Math.abs))).toBeLessThan(3);
  expect(odds.reduce((sum, value) => sum + Math.abs(value), 0) / odds.length).toBeLessThan(0.7);
});
