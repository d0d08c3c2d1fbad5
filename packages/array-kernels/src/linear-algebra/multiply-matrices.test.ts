import { createRng } from "repro-kit";
import { describe, expect, test } from "vitest";
import { type MultiplyMatricesOptions, multiplyMatrices } from "./multiply-matrices.ts";

const rng = createRng(3);
const normal = (length: number): Float64Array => Float64Array.from({ length }, () => rng.normal());

/** The definition: the oracle. */
function multiplyPlainly(a: Float64Array, b: Float64Array, options: MultiplyMatricesOptions): Float64Array {
  const { m, k, n, transposeA, transposeB } = options;
  const product = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      for (let p = 0; p < k; p++) {
        product[i * n + j] += a[transposeA ? p * m + i : i * k + p] * b[transposeB ? j * k + p : p * n + j];
      }
    }
  }
  return product;
}

const largestGap = (ours: Float64Array, theirs: Float64Array): number =>
  ours.reduce((most, value, i) => Math.max(most, Math.abs(value - theirs[i])), 0);

/** Sums in another order differ by at most k·ε·Σ|a||b|; entries are of size 1. */
const toleranceFor = (k: number): number => 8 * k * Number.EPSILON;

describe("multiplyMatrices", () => {
  const sizes = [
    [1, 1, 1],
    [2, 3, 4],
    [5, 7, 3],
    [1, 300, 1],
    [4, 4, 4],
    [97, 257, 5],
    [101, 1, 99],
    [33, 520, 67],
  ];
  const cases = sizes.flatMap(([m, k, n]) =>
    [false, true].flatMap((transposeA) => [false, true].map((transposeB) => ({ m, k, n, transposeA, transposeB }))),
  );
  test.each(cases)("equals the definition: $m×$k×$n, $transposeA, $transposeB", (options) => {
    const [a, b] = [normal(options.m * options.k), normal(options.k * options.n)];
    const [ours, plain] = [multiplyMatrices(a, b, options), multiplyPlainly(a, b, options)];
    expect(ours.length).toBe(plain.length);
    expect(largestGap(ours, plain)).toBeLessThanOrEqual(toleranceFor(options.k));
  });

  test("pieces are put together: sides beyond 2048", () => {
    for (const [m, k, n] of [
      [3, 4100, 2],
      [2050, 3, 2],
      [2, 3, 2050],
    ]) {
      for (const transposeA of [false, true]) {
        const [a, b] = [normal(m * k), normal(k * n)];
        const options = { m, k, n, transposeA, transposeB: transposeA };
        const plain = multiplyPlainly(a, b, options);
        const worst = largestGap(multiplyMatrices(a, b, options), plain);
        expect(worst).toBeLessThanOrEqual(toleranceFor(k));
      }
    }
  });

  test("integers are exact", () => {
    const a = Float64Array.from({ length: 64 * 64 }, (_, i) => (i * 7919) % 1009);
    const options = { m: 64, k: 64, n: 64 };
    expect(multiplyMatrices(a, a, options)).toEqual(multiplyPlainly(a, a, options));
  });

  test("mistakes are told", () => {
    const a = normal(6);
    expect(() => multiplyMatrices(a, a, { m: 2, k: 3, n: 3 })).toThrow(/expected b to hold 3·3 = 9 numbers; got 6/);
    expect(() => multiplyMatrices(a, a, { m: 0, k: 3, n: 2 })).toThrow(/expected m to be a whole number from 1; got 0/);
    expect(() => multiplyMatrices(Float64Array.of(1, Number.NaN), a, { m: 1, k: 2, n: 3 })).toThrow(/got NaN at row 0, column 1/);
    expect(() => multiplyMatrices(a, Float64Array.of(1, -Infinity), { m: 3, k: 2, n: 1 })).toThrow(/got -Infinity at row 1/);
    // @ts-expect-error an unknown option
    expect(() => multiplyMatrices(a, a, { m: 2, k: 3, n: 2, transpose: true })).toThrow(/unknown option "transpose"/);
    // @ts-expect-error not float64
    expect(() => multiplyMatrices([1], [1], { m: 1, k: 1, n: 1 })).toThrow(/Float64Array/);
  });
});
