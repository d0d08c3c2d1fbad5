import { expect, test } from "vitest";
import { rocAuc } from "./roc-auc.ts";
import { partialRocAuc, rocCurve, trapezoidArea } from "./roc-curve.ts";

const labels = [0, 0, 1, 1, 0, 1];
const scores = [0.1, 0.4, 0.35, 0.8, 0.2, 0.9];

test("the area under the curve is the AUC; points on a line are dropped", () => {
  const curve = rocCurve(labels, scores);
  expect(curve.thresholds[0]).toBe(Number.POSITIVE_INFINITY);
  expect(curve.thresholds).not.toContain(0.2);
  expect(trapezoidArea(curve.falsePositiveRates, curve.truePositiveRates)).toBeCloseTo(rocAuc(labels, scores), 15);
});

test("partial area: perfect is 1, chance is ½", () => {
  expect(partialRocAuc(rocCurve([0, 1], [0, 1]), 0.3)).toBe(1);
  expect(partialRocAuc(rocCurve([0, 1], [1, 1]), 0.3)).toBeCloseTo(0.5, 15);
});

test("no positive: rates are undefined", () => {
  expect(rocCurve([0, 0], [0.2, 0.1]).truePositiveRates.every(Number.isNaN)).toBe(true);
});

test("falling x gives the same area", () => {
  expect(trapezoidArea([1, 0.5, 0], [0, 1, 1])).toBe(0.75);
});
