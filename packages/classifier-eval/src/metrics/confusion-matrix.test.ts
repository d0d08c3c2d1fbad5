import { expect, test } from "vitest";
import { confusionMatrix, countAll, countClasses } from "./confusion-matrix.ts";

test("rows are true classes; weights count images several times", () => {
  const plain = confusionMatrix([0, 0, 1, 2], [0, 1, 1, 0], { numClasses: 3 });
  expect([...plain.counts]).toEqual([1, 1, 0, 0, 1, 0, 1, 0, 0]);
  expect(countClasses(plain)).toEqual([
    { truePositives: 1, predicted: 2, actual: 2 },
    { truePositives: 1, predicted: 2, actual: 1 },
    { truePositives: 0, predicted: 0, actual: 1 },
  ]);
  const weighted = confusionMatrix([0, 0, 1, 2], [0, 1, 1, 0], { numClasses: 3, weights: [2, 0, 1, 1] });
  expect([...weighted.counts]).toEqual([2, 0, 0, 0, 1, 0, 1, 0, 0]);
  expect(countAll(weighted)).toBe(4);
});
