import { expect, test } from "vitest";
import { mcnemar, mcnemarOfCounts } from "./mcnemar.ts";

test("counts the images that one classifier alone got right", () => {
  const result = mcnemar([0, 1, 1, 0, 1], [0, 1, 0, 0, 1], [1, 1, 1, 1, 0]);
  expect(result).toMatchObject({ onlyFirst: 3, onlySecond: 1, statistic: 1, statisticCorrected: 0.25 });
  expect(result?.pExact).toBeCloseTo(0.625, 14); // 2 · (1 + 4) / 16
  expect(result?.pMid).toBeCloseTo(0.375, 14);
});

test("the order of the two does not matter; no disagreement has no test", () => {
  expect(mcnemarOfCounts(10, 25)?.p).toBe(mcnemarOfCounts(25, 10)?.p);
  expect(mcnemarOfCounts(5, 5)).toMatchObject({ p: 1, pExact: 1, pMid: expect.closeTo(1, 13) });
  expect(mcnemar([1, 0], [1, 0], [1, 0])).toBeNull();
});

test("mistakes are named", () => {
  expect(() => mcnemar([1], [1, 2], [1])).toThrow("must be of one length; got 1, 2, 1.");
  expect(() => mcnemarOfCounts(1.5, 2)).toThrow("needs two counts ≥ 0; got 1.5 and 2.");
});
