import { expect, test } from "vitest";
import { topKAccuracy } from "./top-k-accuracy.ts";

test("k = 1 is the accuracy, k = number of classes is 1", () => {
  const predictions = { labels: [0, 1, 2], probabilities: [0.6, 0.3, 0.1, 0.5, 0.3, 0.2, 0.5, 0.3, 0.2], numClasses: 3 };
  expect([1, 2, 3].map((k) => topKAccuracy(predictions, k))).toEqual([1 / 3, 2 / 3, 1]);
});

test("ties as in scikit-learn: the later class first, with two classes the earlier", () => {
  expect(topKAccuracy({ labels: [1], probabilities: [0.4, 0.4, 0.2], numClasses: 3 }, 1)).toBe(1);
  expect(topKAccuracy({ labels: [1], probabilities: [0.5, 0.5], numClasses: 2 }, 1)).toBe(0);
});
