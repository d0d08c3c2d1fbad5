import { expect, test } from "vitest";
import { confusionMatrix } from "./confusion-matrix.ts";
import { matthewsCorrelation } from "./matthews.ts";

const matthews = (labels: number[], predicted: number[]) =>
  matthewsCorrelation(confusionMatrix(labels, predicted, { numClasses: 2 }));

test("with two classes it is the correlation of the two 0/1 lists", () => {
  expect(matthews([0, 0, 1, 1], [0, 0, 1, 1])).toBe(1);
  expect(matthews([0, 0, 1, 1], [1, 1, 0, 0])).toBe(-1);
  expect(matthews([0, 0, 1, 1, 1], [0, 1, 1, 1, 0])).toBeCloseTo(1 / 6, 15);
  expect(matthews([0, 1], [1, 1])).toBe(0);
});
