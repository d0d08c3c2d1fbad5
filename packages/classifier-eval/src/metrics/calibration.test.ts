import { expect, test } from "vitest";
import { calibration } from "./calibration.ts";

test("gap between confidence and accuracy, weighted by the bins' sizes", () => {
  const result = calibration(
    { labels: [0, 0, 1, 0], probabilities: [0.75, 0.25, 0.75, 0.25, 0.75, 0.25, 1, 0], numClasses: 2 },
    { numBins: 2 },
  );
  expect(result.bins).toEqual([
    { count: 0, accuracy: null, confidence: null },
    { count: 4, accuracy: 0.75, confidence: 0.8125 },
  ]);
  expect([result.expectedError, result.maximumError]).toEqual([0.0625, 0.0625]);
});

test("an edge belongs to the bin below it", () => {
  const { bins } = calibration({ labels: [0], probabilities: [0.5, 0.5], numClasses: 2 }, { numBins: 10 });
  expect(bins.findIndex(({ count }) => count === 1)).toBe(4);
});

test("weights", () => {
  const predictions = { labels: [0, 1], probabilities: [0.75, 0.25, 1, 0], numClasses: 2 };
  expect(calibration(predictions, { numBins: 1, weights: [2, 0] }).expectedError).toBe(0.25);
});
