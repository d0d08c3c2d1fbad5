import { createRng } from "repro-kit";
import { describe, expect, test } from "vitest";
import scipy from "./__fixtures__/scipy.json" with { type: "json" };
import { cholesky } from "./cholesky.ts";
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
