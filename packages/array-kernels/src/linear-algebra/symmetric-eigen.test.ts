import { createRng } from "repro-kit";
import { describe, expect, test } from "vitest";
import scipy from "./__fixtures__/scipy.json" with { type: "json" };
import { multiplyMatrices } from "./multiply-matrices.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

const rng = createRng(5);
const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** Backward stability: residuals of a few ε·‖A‖, growing slowly with n; 40 leaves room for n = 300. */
const RELATIVE = 40 * Number.EPSILON;

/** V·diag(values)·Vᵀ */
function compose(vectors: Float64Array, values: ArrayLike<number>, n: number): Float64Array {
  const scaled = vectors.map((value, i) => value * values[i % n]);
  const product = multiplyMatrices(scaled, vectors, { m: n, k: n, n, transposeB: true });
  return product.map((value, i) => (value + product[(i % n) * n + Math.floor(i / n)]) / 2);
}

function randomSymmetric(n: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = rng.normal();
  return matrix;
}

/** ‖AV − VΛ‖ and ‖VᵀV − 1‖ entry by entry, order, and that the values alone are the same. */
function checkDecomposition(matrix: Float64Array, n: number): Float64Array {
  const { values, vectors } = symmetricEigen(matrix, n);
  const v = vectors!; // asked for by default
  const norm = largest(values);
  const residual = multiplyMatrices(matrix, v, { m: n, k: n, n }).map((value, i) => value - v[i] * values[i % n]);
  expect(largest(residual)).toBeLessThanOrEqual(RELATIVE * norm);
  const gram = multiplyMatrices(v, v, { m: n, k: n, n, transposeA: true });
  expect(largest(gram.map((value, i) => value - (i % (n + 1) === 0 ? 1 : 0)))).toBeLessThanOrEqual(2 * RELATIVE);
  expect(values).toEqual(values.slice().sort());
  const alone = symmetricEigen(matrix, n, { vectors: false });
  expect(alone.vectors).toBeUndefined();
  expect(alone.values).toEqual(values);
  return values;
}

const expectClose = (ours: Float64Array, expected: ArrayLike<number>, tolerance: number): void =>
  expect(largest(ours.map((value, i) => value - expected[i]))).toBeLessThanOrEqual(tolerance);

describe("symmetricEigen", () => {
  test.each([1, 2, 3, 4, 5, 8, 9, 31, 32, 33, 34, 65, 100, 131, 300])("random, n = %i", (n) => {
    checkDecomposition(randomSymmetric(n), n);
  });

  test("closed form: the second difference matrix", () => {
    const n = 50;
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      matrix[i * n + i] = 2;
      if (i > 0) matrix[i * n + i - 1] = matrix[(i - 1) * n + i] = -1;
    }
    const exact = Float64Array.from({ length: n }, (_, k) => 2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)));
    expectClose(checkDecomposition(matrix, n), exact, 4 * RELATIVE);
  });

  test("closed form: 2×2, and matrices that are diagonal, zero or of one value", () => {
    expectClose(checkDecomposition(Float64Array.of(2, 1, 1, 2), 2), [1, 3], RELATIVE);
    expect(symmetricEigen(Float64Array.of(-7), 1)).toEqual({ values: Float64Array.of(-7), vectors: Float64Array.of(1) });
    expect(checkDecomposition(Float64Array.of(3, 0, 0, 0, -1, 0, 0, 0, 2), 3)).toEqual(Float64Array.of(-1, 2, 3));
    expect(checkDecomposition(new Float64Array(40 * 40), 40)).toEqual(new Float64Array(40));
    const n = 70;
    expectClose(checkDecomposition(new Float64Array(n * n).fill(1), n), [...Array(n - 1).fill(0), n], RELATIVE * n);
  });

  test.each([
    ["repeated", (i: number) => [1, 1, 1, 2, 5][i % 5]],
    ["of deficient rank", (i: number) => (i < 20 ? i + 1 : 0)],
    ["graded", (i: number) => 10 ** (-i / 4)],
    ["of both signs in pairs", (i: number) => (i % 2 === 0 ? 1 : -1) * (1 + (i >> 1))],
    ["clustered", (i: number) => 1 + i * 1e-14],
  ])("prescribed eigenvalues: %s", (_, at) => {
    const n = 81;
    const basis = symmetricEigen(randomSymmetric(n), n).vectors!; // asked for by default
    const values = Float64Array.from({ length: n }, (_, i) => at(i));
    const found = checkDecomposition(compose(basis, values, n), n);
    expectClose(found, values.slice().sort(), RELATIVE * largest(values));
  });

  test.each([1e-300, 1e300, 5e-324])("scale %d", (factor) => {
    const matrix = Float64Array.of(2, 1, 1, 2).map((value) => value * factor);
    const { values } = symmetricEigen(matrix, 2);
    expectClose(values, [factor, 3 * factor], Math.max(RELATIVE * factor, 5e-324));
  });

  test("entries that underflow when squared", () => {
    const n = 12;
    const matrix = randomSymmetric(n).map((value, i) => value * 10 ** (-20 * Math.abs((i % n) - Math.floor(i / n))));
    checkDecomposition(matrix, n);
  });

  test.each(["symmetric", "graded"] as const)("LAPACK's values (scipy.linalg.eigh): %s", (name) => {
    const { n, matrix, values } = scipy[name];
    expectClose(checkDecomposition(Float64Array.from(matrix), n), values, RELATIVE * largest(Float64Array.from(values)));
  });

  test("the argument is left alone, and mistakes are told", () => {
    const matrix = Float64Array.of(2, 1, 1, 2);
    symmetricEigen(matrix, 2);
    expect(matrix).toEqual(Float64Array.of(2, 1, 1, 2));
    expect(() => symmetricEigen(matrix, 3)).toThrow(/expected matrix to hold 3·3 = 9 numbers; got 4/);
    expect(() => symmetricEigen(Float64Array.of(1, 2, 3, 4), 2)).toThrow(/symmetric; entries \(1, 0\) and \(0, 1\) differ by 1/);
    expect(() => symmetricEigen(Float64Array.of(Number.NaN), 1)).toThrow(/got NaN at row 0, column 0/);
    expect(() => symmetricEigen(matrix, 1.5)).toThrow(/whole number/);
  });
});
