import { expect, test } from "vitest";
import { averagePrecision, averagePrecisionPerClass, meanAveragePrecision, precisionRecallCurve } from "./average-precision.ts";

test("the textbook example of scikit-learn", () => {
  const labels = [0, 0, 1, 1];
  const scores = [0.1, 0.4, 0.35, 0.8];
  expect(averagePrecision(labels, scores)).toBeCloseTo(5 / 6, 15);
  expect(precisionRecallCurve(labels, scores)).toEqual({
    precision: [0.5, 2 / 3, 0.5, 1, 1],
    recall: [1, 1, 0.5, 0.5, 0],
    thresholds: [0.1, 0.35, 0.4, 0.8],
  });
});

test("a class without images has 0", () => {
  expect(averagePrecision([0, 0], [0.3, 0.2])).toBe(0);
});

test("means over classes", () => {
  const predictions = { labels: [0, 0, 1], probabilities: [0.9, 0.1, 0.3, 0.7, 0.4, 0.6], numClasses: 2 };
  const [a, b] = averagePrecisionPerClass(predictions);
  expect(meanAveragePrecision(predictions, "macro")).toBeCloseTo((a + b) / 2, 15);
  expect(meanAveragePrecision(predictions, "weighted")).toBeCloseTo((2 * a + b) / 3, 15);
  expect(meanAveragePrecision(predictions, "micro")).toBeGreaterThan(0);
});
