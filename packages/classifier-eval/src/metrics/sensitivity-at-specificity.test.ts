import { expect, test } from "vitest";
import { sensitivityAtSpecificity } from "./sensitivity-at-specificity.ts";

const scores = [0.9, 0.8, 0.7, 0.6, 0.55, 0.54, 0.53, 0.52, 0.51, 0.4];
const isPositive = [1, 1, 0, 1, 0, 0, 0, 1, 0, 0];

test("the best of the thresholds that are specific enough", () => {
  expect(sensitivityAtSpecificity(isPositive, scores, 1)).toEqual({ sensitivity: 0.5, threshold: 0.8 });
  expect(sensitivityAtSpecificity(isPositive, scores, 5 / 6)).toEqual({ sensitivity: 0.75, threshold: 0.6 });
  expect(sensitivityAtSpecificity(isPositive, scores, 0.5)).toEqual({ sensitivity: 0.75, threshold: 0.6 });
  expect(sensitivityAtSpecificity(isPositive, scores, 0)).toEqual({ sensitivity: 1, threshold: 0.52 });
});

test("ties are one threshold; constant predictions find nothing at a specificity above 0", () => {
  expect(sensitivityAtSpecificity([1, 0, 1], [0.5, 0.5, 0.5], 0.1)).toEqual({
    sensitivity: 0,
    threshold: Number.POSITIVE_INFINITY,
  });
  expect(sensitivityAtSpecificity([1, 0, 1], [0.5, 0.5, 0.5], 0).sensitivity).toBe(1);
});

test("undefined without both kinds; a specificity beyond [0, 1] is refused", () => {
  expect(sensitivityAtSpecificity([1, 1], [0.2, 0.3], 0.9).sensitivity).toBeNaN();
  expect(sensitivityAtSpecificity([0, 0], [0.2, 0.3], 0.9).sensitivity).toBeNaN();
  expect(() => sensitivityAtSpecificity([1], [1], 90)).toThrow("specificity must lie in [0, 1]; got 90.");
});
