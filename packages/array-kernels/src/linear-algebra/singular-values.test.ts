import { createRng } from "repro-kit";
import { describe, expect, test } from "vitest";
import scipy from "./__fixtures__/scipy.json" with { type: "json" };
import { multiplyMatrices } from "./multiply-matrices.ts";
import { singularValues } from "./singular-values.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

const rng = createRng(6);
const normal = (length: number): Float64Array => Float64Array.from({ length }, () => rng.normal());

/** The bidiagonalisation leaves a few ε·σ_max in every value, growing slowly with the size. */
const RELATIVE = 60 * Number.EPSILON;

function expectClose(ours: Float64Array, expected: ArrayLike<number>, relative = RELATIVE): void {
  expect(ours.length).toBe(expected.length);
  const gap = ours.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0);
  expect(gap).toBeLessThanOrEqual(relative * expected[0]);
}

/** Columns that are orthonormal: the eigenvectors of a random symmetric matrix. */
function orthogonal(n: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = rng.normal();
  return symmetricEigen(matrix, n).vectors!; // asked for by default
}

/** U·diag(values)·Vᵀ with `rows` ≥ `columns`. */
function withValues(rows: number, columns: number, values: readonly number[]): Float64Array {
  const [u, v] = [orthogonal(rows), orthogonal(columns)];
  const left = new Float64Array(rows * columns).map(
    (_, i) => u[Math.floor(i / columns) * rows + (i % columns)] * values[i % columns],
  );
  return multiplyMatrices(left, v, { m: rows, k: columns, n: columns, transposeB: true });
}

describe("singularValues", () => {
  test.each([
    [1, 1],
    [1, 7],
    [7, 1],
    [2, 2],
    [5, 3],
    [3, 5],
    [33, 32],
    [64, 64],
    [65, 70],
    [150, 40],
    [131, 129],
  ])("%i×%i: the sum of squares is that of the entries, and the transpose has the same values", (rows, columns) => {
    const matrix = normal(rows * columns);
    const values = singularValues(matrix, rows, columns);
    expect(values).toEqual(values.slice().sort().reverse());
    expect(values.every((value) => value >= 0)).toBe(true);
    const square = (array: Float64Array): number => array.reduce((sum, value) => sum + value * value, 0);
    expect(Math.abs(square(values) / square(matrix) - 1)).toBeLessThanOrEqual(RELATIVE);
    const transposed = matrix.map((_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)]);
    expectClose(singularValues(transposed, columns, rows), values);
  });

  test.each([
    ["repeated", (i: number) => (i < 10 ? 3 : 1)],
    ["of deficient rank", (i: number) => (i < 12 ? 12 - i : 0)],
    ["graded", (i: number) => 10 ** (-i / 2)],
    ["clustered", (i: number) => 1 - i * 1e-14],
  ])("prescribed values: %s", (_, at) => {
    const values = Array.from({ length: 45 }, (_, i) => at(i));
    expectClose(singularValues(withValues(70, 45, values), 70, 45), values);
    expectClose(singularValues(withValues(45, 45, values), 45, 45), values);
  });

  test("closed forms: zero, diagonal, all ones, the upper triangle of ones", () => {
    expect(singularValues(new Float64Array(12), 4, 3)).toEqual(new Float64Array(3));
    expectClose(singularValues(Float64Array.of(0, -5, 2, 0), 2, 2), [5, 2]);
    expectClose(singularValues(new Float64Array(60).fill(1), 6, 10), [Math.sqrt(60), 0, 0, 0, 0, 0]);
    const n = 40;
    const triangle = new Float64Array(n * n).map((_, i) => (i % n >= Math.floor(i / n) ? 1 : 0));
    const exact = Array.from({ length: n }, (_, k) => 0.5 / Math.sin(((2 * k + 1) * Math.PI) / (4 * n + 2)));
    expectClose(singularValues(triangle, n, n), exact);
  });

  test.each([1e-300, 1e300])("scale %d", (factor) => {
    const matrix = Float64Array.of(3, 0, 0, -4).map((value) => value * factor);
    expectClose(singularValues(matrix, 2, 2), [4 * factor, 3 * factor]);
  });

  test.each(["tall", "wide of rank 3"] as const)("LAPACK's values (scipy.linalg.svdvals): %s", (name) => {
    const { rows, columns, matrix, values } = scipy[name];
    expectClose(singularValues(Float64Array.from(matrix), rows, columns), values);
  });

  test("mistakes are told", () => {
    expect(() => singularValues(normal(5), 2, 3)).toThrow(/expected matrix to hold 2·3 = 6 numbers; got 5/);
    expect(() => singularValues(Float64Array.of(Infinity), 1, 1)).toThrow(/got Infinity/);
    expect(() => singularValues(normal(4), 4, 0)).toThrow(/columns/);
  });
});
