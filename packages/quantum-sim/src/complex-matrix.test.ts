import { expect, test } from "vitest";
import { adjoint, blockDiagonal, distanceFromUnitary, identity, matrix, multiply, scale } from "./complex-matrix.ts";

const A = matrix([1, 2, 3, 4], [0, 1, -1, 2]);
const B = matrix([0, 1, 1, 0], [2, 0, 0, -1]);

test("products and adjoints by hand", () => {
  const AB = multiply(A, B);
  expect([...AB.re]).toEqual([2, 2, 6, 5]);
  expect([...AB.im]).toEqual([3, -2, 8, -5]);
  expect([...adjoint(A).re]).toEqual([1, 3, 2, 4]);
  expect([...adjoint(A).im]).toEqual([-0, 1, -1, -2]);
  expect([...scale(2, A).im]).toEqual([0, 2, -2, 4]);
});

test("the controlled form is block diagonal", () => {
  expect([...blockDiagonal(2, 1, B).re]).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0]);
});

test("distance from unitary", () => {
  expect(distanceFromUnitary(identity(4))).toBe(0);
  expect(distanceFromUnitary(scale(2, identity(2)))).toBe(3);
  expect(distanceFromUnitary(matrix([Number.NaN, 0, 0, 1]))).toBeNaN();
});
