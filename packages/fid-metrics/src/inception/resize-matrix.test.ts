import { expect, test } from "vitest";
import { pillowBicubicMatrix, type ResizeMatrix, tensorflow1BilinearMatrix, torchBilinearMatrix } from "./resize-matrix.ts";

const row = ({ columns, data }: ResizeMatrix, i: number): number[] => [...data.slice(i * columns, (i + 1) * columns)];
const all = [torchBilinearMatrix, tensorflow1BilinearMatrix, pillowBicubicMatrix];

test("torch bilinear 2 → 4 by hand", () => {
  const matrix = torchBilinearMatrix(4, 2);
  expect([0, 1, 2, 3].map((i) => row(matrix, i))).toEqual([
    [1, 0],
    [0.75, 0.25],
    [0.25, 0.75],
    [0, 1],
  ]);
});

test("TensorFlow 1 bilinear 2 → 4 by hand: no half-pixel shift", () => {
  const matrix = tensorflow1BilinearMatrix(4, 2);
  expect([0, 1, 2, 3].map((i) => row(matrix, i))).toEqual([
    [1, 0],
    [0.5, 0.5],
    [0, 1],
    [0, 1],
  ]);
});

test("Pillow bicubic 4 → 8: an inner row has the weights of Keys' kernel at ¼", () => {
  // distances 1.25, 0.25, 0.75, 1.75 with a = −½
  expect(row(pillowBicubicMatrix(8, 4), 3)).toEqual([-0.0703125, 0.8671875, 0.2265625, -0.0234375]);
});

test("Pillow bicubic widens its support when it shrinks; bilinear does not", () => {
  const used = (matrix: ResizeMatrix): number => row(matrix, 1).filter((weight) => weight !== 0).length;
  expect(used(pillowBicubicMatrix(3, 30))).toBeGreaterThan(20);
  expect(used(torchBilinearMatrix(3, 30))).toBeLessThanOrEqual(2);
});

test.each(all)("rows sum to 1 and equal sizes are the identity: %o", (matrix) => {
  for (const [out, size] of [
    [299, 64],
    [299, 150],
    [7, 299],
  ])
    for (let i = 0; i < out; i++) expect(row(matrix(out, size), i).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6);
  const same = matrix(5, 5);
  for (let i = 0; i < 5; i++) expect(row(same, i)).toEqual(Array.from({ length: 5 }, (_, j) => (i === j ? 1 : 0)));
});
