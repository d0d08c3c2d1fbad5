import { expect, test } from "vitest";
import { cumulate, rankScores } from "./ranking.ts";

test("groups of equal scores are counted together", () => {
  const ranking = rankScores([0.1, 0.9, 0.5, 0.5]);
  expect([...ranking.order]).toEqual([1, 2, 3, 0]);
  expect(ranking.ends).toEqual([1, 3, 4]);
  const { truePositives, falsePositives, thresholds } = cumulate(ranking, [0, 1, 1, 0]);
  expect([[...truePositives], [...falsePositives], [...thresholds]]).toEqual([
    [1, 2, 2],
    [0, 1, 2],
    [0.9, 0.5, 0.1],
  ]);
  expect([...cumulate(ranking, [0, 1, 1, 0], [1, 3, 0, 2]).truePositives]).toEqual([3, 3, 3]);
});
