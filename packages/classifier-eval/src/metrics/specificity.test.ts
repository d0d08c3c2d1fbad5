import { expect, test } from "vitest";
import { confusionMatrix } from "./confusion-matrix.ts";
import { macroSpecificity, specificityPerClass } from "./specificity.ts";

test("with two classes the specificity of one is the recall of the other", () => {
  const confusion = confusionMatrix([0, 0, 0, 0, 1, 1], [0, 0, 0, 1, 1, 0], { numClasses: 2 });
  expect(specificityPerClass(confusion)).toEqual([0.5, 0.75]);
  expect(macroSpecificity(confusion)).toBe(0.625);
});

test("undefined where there is nothing but the class, and left out of the mean", () => {
  const confusion = confusionMatrix([0, 0], [0, 1], { numClasses: 2 });
  expect(specificityPerClass(confusion)).toEqual([Number.NaN, 0.5]);
  expect(macroSpecificity(confusion)).toBe(0.5);
});
