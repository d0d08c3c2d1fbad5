import { createRng } from "repro-kit";
import { afterAll, describe, expect, test } from "vitest";
import { cholesky } from "../linear-algebra/cholesky.ts";
import { multiplyMatrices } from "../linear-algebra/multiply-matrices.ts";
import { singularValues } from "../linear-algebra/singular-values.ts";
import { symmetricEigen } from "../linear-algebra/symmetric-eigen.ts";
import { createLinearAlgebraPool } from "./linear-algebra-pool.ts";

const n = 96;
const rng = createRng(11);
const a = Float64Array.from({ length: n * n }, () => rng.normal());
const gram = multiplyMatrices(a, a, { m: n, k: n, n, transposeB: true });
const pool = createLinearAlgebraPool({ workers: 2 });
afterAll(() => pool.close());

describe("createLinearAlgebraPool", () => {
  test("results equal those of this thread bit for bit", async () => {
    const [product, eigen, values, factor] = await Promise.all([
      pool.multiplyMatrices(a, a, { m: n, k: n, n, transposeB: true }),
      pool.symmetricEigen(gram, n),
      pool.singularValues(a, n, n),
      pool.cholesky(gram, n),
    ]);
    expect(product).toEqual(gram);
    expect(eigen).toEqual(symmetricEigen(gram, n));
    expect(values).toEqual(singularValues(a, n, n));
    expect(factor).toEqual(cholesky(gram, n));
    expect(a.length).toBe(n * n);
  });

  test("this thread stays free, and a signal ends the computation", async () => {
    const size = 2000;
    const large = new Float64Array(size * size).fill(1);
    const controller = new AbortController();
    let ticks = 0;
    const timer = setInterval(() => {
      if (++ticks === 5) controller.abort();
    }, 5);
    await expect(pool.symmetricEigen(large, size, { signal: controller.signal })).rejects.toMatchObject({ name: "AbortError" });
    clearInterval(timer);
    expect(ticks).toBe(5);
  });

  test("mistakes are told as by the functions themselves", async () => {
    await expect(pool.symmetricEigen(a, n)).rejects.toThrow(/symmetric/);
    await expect(pool.cholesky(new Float64Array(4), 2)).rejects.toThrow(/pivot 0 of 2/);
    // @ts-expect-error an unknown option
    await expect(pool.symmetricEigen(gram, n, { vector: true })).rejects.toThrow(/did you mean "vectors"/);
  });
});
