import { expect, test } from "vitest";
import { features, randomFeatures } from "../__fixtures__/random-features.ts";
import { authenticity } from "./authenticity.ts";

test("by hand: copies and near copies are not authentic", () => {
  const real = features([0], [1], [10]);
  // 0 is a copy; 0.4 is nearer to 0 than 1 is; 4.5 is farther from 1 than 0 is; 12 is nearer to 10 than its neighbour at 1.
  expect(authenticity(real, features([0], [0.4], [4.5], [12]))).toBe(1 / 4);
});

test("copies score 0, fresh draws of the distribution near one half", () => {
  const real = randomFeatures(1, 700, 6);
  expect(authenticity(real, real)).toBe(0);
  const fresh = authenticity(real, randomFeatures(2, 700, 6));
  expect(fresh).toBeGreaterThan(0.4);
  expect(fresh).toBeLessThan(0.7);
  expect(() => authenticity(features([1]), features([1], [2]))).toThrow("real needs at least 2");
});
