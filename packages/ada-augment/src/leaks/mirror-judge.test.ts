import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { trainMirrorJudge } from "./mirror-judge.ts";

const rows = (count: number, seed: number, lean: number): number[][] => {
  const rng = createRng(seed);
  return Array.from({ length: count }, () => Array.from({ length: 12 }, (_, k) => rng.normal() + (k < 2 ? lean : 0)));
};

test("it learns a side that images lean to, and judges a mirror image by the other sign", () => {
  const judge = trainMirrorJudge(rows(400, 1, 1.5));
  const odds = rows(400, 2, 1.5).map((row) => judge.logOdds(row));
  // Two numbers of mean 1.5 and deviation 1: the best judge is right in Φ(1.5·√2) = 98.3 %.
  expect(odds.filter((value) => value < 0).length / odds.length).toBeGreaterThan(0.96);
  const [row] = rows(1, 3, 1.5);
  expect(judge.logOdds(row.map((value) => -value))).toBeCloseTo(-judge.logOdds(row), 12);
});

test("where images lean to no side, it says so", () => {
  const judge = trainMirrorJudge(rows(400, 1, 0));
  const odds = rows(400, 2, 0).map((row) => judge.logOdds(row));
  expect(odds.reduce((sum, value) => sum + Math.abs(value), 0) / odds.length).toBeLessThan(0.5);
});
