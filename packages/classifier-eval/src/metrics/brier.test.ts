import { expect, test } from "vitest";
import { brierPerImage, brierScore } from "./brier.ts";

test("sum of squares over classes; half of it with two", () => {
  const three = { labels: [2], probabilities: [0.5, 0.25, 0.25], numClasses: 3 };
  expect(brierScore(three)).toBe(0.25 + 0.0625 + 0.5625);
  const two = { labels: [1, 0], probabilities: [0.5, 0.5, 1, 0], numClasses: 2 };
  expect([...brierPerImage(two)]).toEqual([0.5, 0]);
  expect(brierScore(two)).toBe(0.125);
});
