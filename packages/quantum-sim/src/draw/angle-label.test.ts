import { expect, test } from "vitest";
import { fixedPoint } from "./angle-label.ts";

test.each([
  // What Python's format(x, ".2f") gives: ties are told from what only looks like one.
  [0.125, 2, "0.12"],
  [0.375, 2, "0.38"],
  [-0.625, 2, "-0.62"],
  [1.145, 2, "1.15"],
  [1.005, 2, "1.00"],
  [2.5, 0, "2"],
  [3.5, 0, "4"],
  [-1e-5, 2, "-0.00"],
  [1234.5678, 3, "1234.568"],
])("%d with %i decimals is %s", (value, decimals, wanted) => {
  expect(fixedPoint(value, decimals)).toBe(wanted);
});
