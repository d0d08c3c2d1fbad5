import { createRng } from "repro-kit";
import { afterAll, describe, expect, test } from "vitest";
import { createLinearAlgebraPool } from "../workers/linear-algebra-pool.ts";
import { cholesky } from "./cholesky.ts";
import { multiplyMatrices } from "./multiply-matrices.ts";
import { productEigenvalues } from "./product-eigenvalues.ts";
import { singularValues } from "./singular-values.ts";

/** A few ε of the product of the norms, which are near 1; the squares of singular values carry twice their error. */
const ROUNDING = 1e-13;

/** A random covariance of as many samples as asked for, its largest entry near 1. */
function covariance(seed: number, n: number, samples = 2 * n): Float64Array {
  const rng = createRng(seed);
  const x = Float64Array.from({ length: samples * n }, () => rng.normal());
  return multiplyMatrices(x, x, { m: n, k: samples, n, transposeA: true }).map((value) => value / (2 * samples));
}

describe("productEigenvalues", () => {
  test("diagonal matrices: the products of their entries", () => {
    expect(productEigenvalues(Float64Array.of(4, 0, 0, 16), Float64Array.of(9, 0, 0, 0.5), 2)).toEqual(Float64Array.of(8, 36));
    expect(productEigenvalues(Float64Array.of(4), Float64Array.of(-2), 1)).toEqual(Float64Array.of(-8));
  });

  test.each([5, 67, 130, 300])("n = %i: squares of the singular values of the factors' product", (n) => {
    const [a, b] = [covariance(1, n), covariance(2, n)];
    const factors = multiplyMatrices(cholesky(a, n), cholesky(b, n), { m: n, k: n, n, transposeA: true });
    const wanted = singularValues(factors, n, n).reverse();
    const values = productEigenvalues(a, b, n);
    for (let i = 0; i < n; i++) expect(Math.abs(values[i] - wanted[i] ** 2)).toBeLessThan(ROUNDING);
  });

  test("matrices far from 1 are scaled, and lose nothing", () => {
    const [a, b] = [covariance(3, 20), covariance(4, 20)];
    const values = productEigenvalues(a, b, 20);
    const scaled = productEigenvalues(
      a.map((value) => value * 2 ** 400),
      b.map((value) => value * 2 ** -600),
      20,
    );
    for (let i = 0; i < 20; i++) expect(Math.abs(scaled[i] * 2 ** 200 - values[i])).toBeLessThan(ROUNDING);
  });

  test("mistakes are told", () => {
    const b = covariance(5, 12);
    expect(() => productEigenvalues(covariance(6, 12, 4), b, 12)).toThrow(
      /^\[productEigenvalues\] expected a to be positive definite; pivot 4 of 12 is not above rounding/,
    );
    expect(() =>
      productEigenvalues(
        b,
        Float64Array.from(b, (_, i) => i),
        12,
      ),
    ).toThrow("expected b to be symmetric");
    expect(() => productEigenvalues(b, b.subarray(1), 12)).toThrow("expected b to hold 12·12");
  });
});

describe("in threads", () => {
  const pools = [1, 2, 3].map((threads) => createLinearAlgebraPool({ threads }));
  afterAll(() => Promise.all(pools.map((pool) => pool.close())));

  test.each([7, 150, 420])("n = %i: the same bits with one thread, two and three", async (n) => {
    const [a, b] = [covariance(7, n), covariance(8, n)];
    const values = productEigenvalues(a, b, n);
    for (const pool of pools) expect(await pool.productEigenvalues(a, b, n)).toEqual(values);
  });

  test("a matrix that is refused leaves the threads ready for the next", async () => {
    const [a, b] = [covariance(9, 40), covariance(10, 40, 3)];
    for (const pool of pools) {
      await expect(pool.productEigenvalues(b, a, 40)).rejects.toThrow("positive definite");
      expect(await pool.productEigenvalues(a, b, 40)).toEqual(productEigenvalues(a, b, 40));
    }
  });

  test("a signal stops all of a computation's threads, and the next one starts anew", async () => {
    const n = 900;
    const [a, b] = [covariance(11, 30), covariance(12, 30)];
    const large = new Float64Array(n * n);
    for (let i = 0; i < n; i++) large[i * n + i] = 1;
    for (const pool of pools) {
      const aborted = pool.symmetricEigen(large, n, { signal: AbortSignal.timeout(30) });
      const next = pool.productEigenvalues(a, b, 30);
      await expect(aborted).rejects.toMatchObject({ name: "TimeoutError" });
      expect(await next).toEqual(productEigenvalues(a, b, 30));
    }
  });
});
