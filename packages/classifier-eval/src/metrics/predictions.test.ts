import { expect, test } from "vitest";
import { checkPredictions, isClass, predictedClasses, scoresOf } from "./predictions.ts";

const predictions = { labels: [0, 1], probabilities: [0.4, 0.4, 0.2, 0.1, 0.2, 0.7], numClasses: 3 };

test("the first of several largest wins; columns and membership", () => {
  expect([...predictedClasses(predictions)]).toEqual([0, 2]);
  expect([...scoresOf(predictions, 2)]).toEqual([0.2, 0.7]);
  expect([...isClass([2, 0, 2], 2)]).toEqual([1, 0, 1]);
});

test("what does not fit together is refused", () => {
  const check = (change: object) => () => checkPredictions("test", { ...predictions, ...change });
  expect(check({})).not.toThrow();
  expect(check({ labels: [0, 3] })).toThrow("label 1 must be a class from 0 to 2; got 3.");
  expect(check({ labels: [0] })).toThrow("need 3 probabilities; got 6");
  expect(check({ labels: [], probabilities: [] })).toThrow("at least one image");
  expect(check({ numClasses: 1 })).toThrow("at least 2 classes");
  expect(check({ probabilities: [0.4, Number.NaN, 0.2, 0.1, 0.2, 0.7] })).toThrow(
    "probability 1 of image 0 must lie in [0, 1]; got NaN.",
  );
});
