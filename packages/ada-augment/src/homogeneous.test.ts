import { expect, test } from "vitest";
import { identityMatrix, multiplyHomogeneous, scaling2d, scaling3d, translation2d, translation3d } from "./homogeneous.ts";

test("products compose right to left", () => {
  expect(multiplyHomogeneous(scaling2d(2, 3), translation2d(5, 7))).toEqual([2, 0, 10, 0, 3, 21, 0, 0, 1]);
  expect(multiplyHomogeneous(translation2d(5, 7), scaling2d(2, 3))).toEqual([2, 0, 5, 0, 3, 7, 0, 0, 1]);
});

test("the identity changes nothing; colours: scale after shift", () => {
  const matrix = multiplyHomogeneous(scaling3d(2, 3, 4), translation3d(1, 10, 100));
  expect(matrix).toEqual([2, 0, 0, 2, 0, 3, 0, 30, 0, 0, 4, 400, 0, 0, 0, 1]);
  expect(multiplyHomogeneous(identityMatrix(4), matrix)).toEqual(matrix);
  expect(multiplyHomogeneous(matrix, identityMatrix(4))).toEqual(matrix);
});
