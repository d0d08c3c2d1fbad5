import { expect, test } from "vitest";
import { confusionMatrix } from "./confusion-matrix.ts";
import { macroJaccard, sensitivityGeometricMean } from "./jaccard.ts";

const confusion = confusionMatrix([0, 0, 1, 1], [0, 1, 1, 1], { numClasses: 2 });

test("intersection over union of true and predicted, averaged", () => {
  expect(macroJaccard(confusion)).toBeCloseTo((1 / 2 + 2 / 3) / 2, 15);
  const empty = confusionMatrix([0], [0], { numClasses: 2 });
  expect([macroJaccard(empty), macroJaccard(empty, { zeroDivision: 1 })]).toEqual([0.5, 1]);
});

test("geometric mean of recalls", () => {
  expect(sensitivityGeometricMean(confusion)).toBeCloseTo(Math.sqrt(0.5), 15);
  expect(sensitivityGeometricMean(confusionMatrix([0], [0], { numClasses: 2 }))).toBe(0);
});
