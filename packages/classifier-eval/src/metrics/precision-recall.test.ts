import { expect, test } from "vitest";
import { confusionMatrix } from "./confusion-matrix.ts";
import { precisionRecall, precisionRecallPerClass, weightedMean } from "./precision-recall.ts";

// Class 2 occurs but is never predicted; class 3 neither.
const confusion = confusionMatrix([0, 0, 0, 1, 2], [0, 0, 1, 1, 0], { numClasses: 4 });

test("per class, with each rule for 0/0", () => {
  expect(precisionRecallPerClass(confusion).map(({ precision }) => precision)).toEqual([2 / 3, 0.5, 0, 0]);
  expect(precisionRecallPerClass(confusion, { zeroDivision: 1 })[3]).toEqual({ precision: 1, recall: 1, fScore: 1 });
  expect(precisionRecallPerClass(confusion, { zeroDivision: Number.NaN })[2].precision).toBeNaN();
  expect(precisionRecallPerClass(confusion)[1]).toEqual({ precision: 0.5, recall: 1, fScore: 2 / 3 });
});

test("averages", () => {
  expect(precisionRecall(confusion, "micro").precision).toBe(0.6);
  expect(precisionRecall(confusion, "macro").recall).toBeCloseTo((2 / 3 + 1) / 4, 15);
  expect(precisionRecall(confusion, "macro", { zeroDivision: Number.NaN }).recall).toBeCloseTo((2 / 3 + 1) / 3, 15);
  expect(precisionRecall(confusion, "weighted").recall).toBeCloseTo(0.6, 15);
  expect(precisionRecall(confusion, "macro", { beta: 2 }).fScore).toBeCloseTo((2 / 3 + 5 / 6) / 4, 15);
});

test("a mean leaves out what is no number", () => {
  expect(weightedMean([1, Number.NaN, 3], [1, 5, 1])).toBe(2);
  expect(weightedMean([Number.NaN], [1])).toBeNaN();
});
