import { expect, test } from "vitest";
import { cohenKappa } from "./cohen-kappa.ts";
import { confusionMatrix } from "./confusion-matrix.ts";

test("0 at chance, 1 when perfect, NaN when everything is constant", () => {
  const kappa = (labels: number[], predicted: number[], numClasses = 2) =>
    cohenKappa(confusionMatrix(labels, predicted, { numClasses }));
  expect(kappa([0, 0, 1, 1], [0, 1, 0, 1])).toBe(0);
  expect(kappa([0, 1, 1], [0, 1, 1])).toBe(1);
  expect(kappa([0, 0], [0, 0])).toBeNaN();
});

test("a near miss costs less with weights; unused classes do not widen the scale", () => {
  const near = confusionMatrix([0, 1, 2, 2], [0, 1, 1, 2], { numClasses: 3 });
  const far = confusionMatrix([0, 1, 2, 2], [0, 1, 0, 2], { numClasses: 3 });
  expect(cohenKappa(near, { weights: "quadratic" })).toBeGreaterThan(cohenKappa(far, { weights: "quadratic" }));
  const gap = confusionMatrix([0, 1, 3, 3], [0, 1, 1, 3], { numClasses: 5 });
  expect(cohenKappa(gap, { weights: "linear" })).toBe(cohenKappa(near, { weights: "linear" }));
});
