import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { rankScores } from "./ranking.ts";
import { rocAuc, rocAucOfRanking, rocAucOneVsOne, rocAucOneVsRest, rocAucPerClass, supports } from "./roc-auc.ts";

test("it is the share of (positive, negative) pairs in the right order, ties half", () => {
  const rng = createRng(0);
  const scores = Array.from({ length: 60 }, () => rng.integer(10));
  const isPositive = scores.map((score) => (score + rng.integer(10) > 9 ? 1 : 0));
  let pairs = 0;
  let right = 0;
  for (let i = 0; i < 60; i++)
    for (let j = 0; j < 60; j++) {
      if (!isPositive[i] || isPositive[j]) continue;
      pairs++;
      right += scores[i] > scores[j] ? 1 : scores[i] === scores[j] ? 0.5 : 0;
    }
  expect(rocAuc(isPositive, scores)).toBeCloseTo(right / pairs, 14);
});

test("weights are repetitions", () => {
  const scores = [0.1, 0.4, 0.35, 0.8];
  const doubled = rocAuc([0, 0, 0, 1, 1], [0.1, 0.4, 0.4, 0.35, 0.8]);
  expect(rocAucOfRanking(rankScores(scores), [0, 0, 1, 1], [1, 2, 1, 1])).toBe(doubled);
});

test("a class that never occurs has none; means treat it as scikit-learn does", () => {
  const predictions = {
    labels: [0, 0, 1, 1],
    probabilities: [0.6, 0.3, 0.1, 0.5, 0.4, 0.1, 0.3, 0.6, 0.1, 0.55, 0.35, 0.1],
    numClasses: 3,
  };
  expect(rocAucPerClass(predictions)).toEqual([0.75, 0.75, Number.NaN]);
  expect(rocAucOneVsRest(predictions, "macro")).toBeNaN();
  expect(rocAucOneVsRest(predictions, "weighted")).toBe(0.75);
  expect(rocAucOneVsOne(predictions, "macro")).toBe(0.75);
  expect(supports(predictions)).toEqual([2, 2, 0]);
});
