import { expect, test } from "vitest";
import { accuracy, balancedAccuracy } from "./accuracy.ts";
import { confusionMatrix } from "./confusion-matrix.ts";

test("accuracy counts images, balanced accuracy counts classes that occur", () => {
  const confusion = confusionMatrix([0, 0, 0, 1], [0, 0, 2, 1], { numClasses: 3 });
  expect(accuracy(confusion)).toBe(0.75);
  expect(balancedAccuracy(confusion)).toBeCloseTo((2 / 3 + 1) / 2, 15);
  expect(balancedAccuracy(confusion, { adjusted: true })).toBeCloseTo(2 / 3, 15);
});

test("with one class only, the adjusted form has no scale", () => {
  const confusion = confusionMatrix([0, 0], [0, 1], { numClasses: 2 });
  expect(balancedAccuracy(confusion)).toBe(0.5);
  expect(balancedAccuracy(confusion, { adjusted: true })).toBe(Number.NEGATIVE_INFINITY);
});
