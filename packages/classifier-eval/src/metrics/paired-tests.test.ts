import { expect, test } from "vitest";
import { mannWhitney, pairedTTest, welchTTest, wilcoxonSignedRank } from "./paired-tests.ts";

test("t-test of pairs by hand: differences 1, 2, 3", () => {
  const { statistic, meanDifference, cohensD, interval, p } = pairedTTest([2, 4, 6], [1, 2, 3]);
  expect([statistic, meanDifference, cohensD]).toEqual([2 / Math.sqrt(1 / 3), 2, 2]);
  expect(interval.low + interval.high).toBeCloseTo(4, 12);
  expect(p).toBeCloseTo(0.07417990022744862, 12); // scipy
});

test("signed ranks: all assignments of signs counted, also with ties and zeros", () => {
  expect(wilcoxonSignedRank([1, 2, 3, 4], [0, 0, 0, 0])).toEqual({ statistic: 0, p: 2 / 16 });
  // Differences 1, −1, 2, 0: doubled ranks 3, 3, 6; P(W₋ ≤ 1.5) = 3/8, of −: {}, {first}, {second}.
  expect(wilcoxonSignedRank([1, 0, 2, 5], [0, 1, 0, 5])).toEqual({ statistic: 1.5, p: 0.75 });
});

test("rank sums: all choices counted; ties as the permutation test has them", () => {
  expect(mannWhitney([4, 5], [1, 2, 3])).toEqual({ statistic: 6, p: 0.2 });
  expect(mannWhitney([1, 2, 3, 4, 5.5, 7], [2, 2, 1, 6, 7, 9]).p).toBeCloseTo(0.79004329004329, 12); // scipy.stats.permutation_test
});

test("Welch is symmetric and blind to a shift of both", () => {
  const p = welchTTest([1, 2, 4], [3, 5, 9, 11]).p;
  expect(welchTTest([13, 15, 19, 21], [11, 12, 14]).p).toBeCloseTo(p, 13);
});

test("differences that are equal but for rounding are equal: scores of images are shares", () => {
  const [first, second] = [
    [0.8, 0.9, 0.7],
    [0.7, 0.8, 0.6],
  ]; // 0.1 three times, but not in float64
  expect(() => pairedTTest(first, second)).toThrow("all 3 differences are 0.1: the test is undefined.");
  expect(wilcoxonSignedRank(first, second)).toEqual(wilcoxonSignedRank([1, 1, 1], [0, 0, 0]));
  // 0.1, −0.1, 0.2, 0.
  const shares = wilcoxonSignedRank([0.8, 0.7, 0.9, 0.1 + 0.2], [0.7, 0.8, 0.7, 0.3]);
  expect(shares).toEqual(wilcoxonSignedRank([1, 0, 2, 5], [0, 1, 0, 5]));
  expect(() => welchTTest([0.1 + 0.2, 0.3], [0.7, 0.7])).toThrow("both samples are constant");
});

test("undefined tests are refused in a sentence", () => {
  expect(() => pairedTTest([1, 2], [0, 1])).toThrow("all 2 differences are 1: the test is undefined.");
  expect(() => pairedTTest([1], [0])).toThrow("needs two pairs or more; got 1 and 1 values.");
  expect(() => wilcoxonSignedRank([1, 1], [1, 1])).toThrow("no pair differs");
  expect(() => welchTTest([1, 1], [2, 2])).toThrow("both samples are constant");
  expect(() => mannWhitney([], [2, 2])).toThrow("needs a value or more a side; got 0 and 2.");
});
