import { expect, test } from "vitest";
import { logLoss, logLossPerImage, mean } from "./log-loss.ts";

test("the mean of −ln p of the true class", () => {
  const predictions = { labels: [0, 1], probabilities: [0.5, 0.5, 0.75, 0.25], numClasses: 2 };
  expect(logLoss(predictions)).toBeCloseTo((Math.log(2) + Math.log(4)) / 2, 15);
});

test("a certain mistake is finite", () => {
  const [loss] = logLossPerImage({ labels: [0], probabilities: [0, 1], numClasses: 2 });
  expect(loss).toBeCloseTo(52 * Math.LN2, 10);
});

test("weights count entries several times", () => {
  expect(mean([1, 4], [3, 1])).toBe(1.75);
  expect(mean([1, 4])).toBe(2.5);
});
