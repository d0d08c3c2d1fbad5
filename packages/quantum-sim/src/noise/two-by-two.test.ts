import { expect, test } from "vitest";
import { adjoint, matrix, multiply } from "../complex-matrix.ts";
import { fromTwoByTwo, identityTwoByTwo, multiplyInto, productOf, toTwoByTwo, weightAfter } from "./two-by-two.ts";

const A = matrix([1, 2, -0.5, 0.3], [0.1, -0.7, 0.2, 0.9]);
const B = matrix([0.4, -1, 0.8, 2], [1, 0.6, -0.3, 0.5]);

test("products are those of complex matrices, in place too", () => {
  const wanted = multiply(A, B);
  const found = fromTwoByTwo(productOf(toTwoByTwo(A), toTwoByTwo(B)));
  wanted.re.forEach((x, i) => {
    expect(found.re[i]).toBeCloseTo(x, 14);
    expect(found.im[i]).toBeCloseTo(wanted.im[i], 14);
  });
  const [left, right] = [toTwoByTwo(A), toTwoByTwo(B)];
  multiplyInto(left, left, right);
  expect([...left]).toEqual([...productOf(toTwoByTwo(A), toTwoByTwo(B))]);
  multiplyInto(right, toTwoByTwo(A), right);
  expect([...right]).toEqual([...left]);
  expect([...productOf(identityTwoByTwo(), right)]).toEqual([...right]);
});

test("the weight of a density after a matrix is its trace", () => {
  const [p0, cr, ci, p1] = [0.7, 0.2, -0.1, 0.3];
  const rho = matrix([p0, cr, cr, p1], [0, ci, -ci, 0]);
  const after = multiply(A, multiply(rho, adjoint(A)));
  expect(weightAfter(toTwoByTwo(A), p0, cr, ci, p1)).toBeCloseTo(after.re[0] + after.re[3], 14);
});
