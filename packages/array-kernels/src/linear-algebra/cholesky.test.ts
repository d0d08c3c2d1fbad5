import { createRng } from "repro-kit";
import { describe, expect, test } from "vitest";
import scipy from "./__fixtures__/scipy.json" with { type: "json" };
import { cholesky, solveCholesky } from "./cholesky.ts";
import { multiplyMatrices } from "./multiply-matrices.ts";

const rng = createRng(7);

/** ‖A − LLᵀ‖ is a few ε·‖A‖. */
const RELATIVE = 20 * Number.EPSILON;

describe("cholesky", () => {
  test.each([1, 2, 3, 47, 48, 49, 96, 97, 200])("L·Lᵀ is the matrix, n = %i", (n) => {
    const a = Float64Array.from({ length: n * n }, () => rng.normal());
    const matrix = multiplyMatrices(a, a, { m: n, k: n, n, transposeB: true });
    for (let i = 0; i < n; i++) matrix[i * n + i] += 1;
    const factor = cholesky(matrix, n);
    const again = multiplyMatrices(factor, factor, { m: n, k: n, n, transposeB: true });
    const norm = matrix.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const gap = again.reduce((most, value, i) => Math.max(most, Math.abs(value - matrix[i])), 0);
    expect(gap).toBeLessThanOrEqual(RELATIVE * norm);
    expect(factor.every((value, i) => i % n <= Math.floor(i / n) || value === 0)).toBe(true);
  });

  test("closed form and LAPACK's factor", () => {
    expect(cholesky(Float64Array.of(4, 2, 2, 10), 2)).toEqual(Float64Array.of(2, 0, 1, 3));
    const { n, matrix, factor } = scipy.positive;
    cholesky(Float64Array.from(matrix), n).forEach((value, i) => {
      expect(Math.abs(value - factor[i])).toBeLessThanOrEqual(RELATIVE * 100);
    });
  });

  test("mistakes are told", () => {
    const identity = new Float64Array(60 * 60).map((_, i) => (i % 61 === 0 ? 1 : 0));
    identity[55 * 61] = -1;
    expect(() => cholesky(identity, 60)).toThrow(/positive definite matrix; pivot 55 of 60 is not positive/);
    expect(() => cholesky(Float64Array.of(1, 2, 0, 1), 2)).toThrow(/symmetric/);
    expect(() => cholesky(Float64Array.of(1), 2)).toThrow(/4 numbers/);
  });
});

test.each([1, 2, 7, 40])("solveCholesky undoes a product with A, n = %i", (n) => {
  const rng = createRng(n);
  const root = Float64Array.from({ length: n * n }, () => rng.normal());
  const matrix = multiplyMatrices(root, root, { m: n, k: n, n, transposeB: true });
  for (let i = 0; i < n; i++) matrix[i * (n + 1)] += 1;
  const x = Float64Array.from({ length: n }, () => rng.normal());
  const b = Array.from({ length: n }, (_, i) => x.reduce((sum, value, j) => sum + matrix[i * n + j] * value, 0));
  const solved = solveCholesky(cholesky(matrix, n), b);
  for (let i = 0; i < n; i++) expect(solved[i]).toBeCloseTo(x[i], 10);
});

test("solveCholesky refuses a factor of another size", () => {
  expect(() => solveCholesky(new Float64Array(9), [1, 2])).toThrow("the factor must be [2, 2], as b has 2 values; it has 9");
});
