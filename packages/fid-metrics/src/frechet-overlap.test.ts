import { createLinearAlgebraPool, multiplyMatrices, productEigenvalues, singularValues, symmetricEigen } from "array-kernels";
import { afterAll, expect, test } from "vitest";
import { randomFeatures } from "./__fixtures__/random-features.ts";
import { featureStatistics } from "./feature-statistics.ts";
import type { Features } from "./features.ts";
import { frechetDistance, frechetDistanceFromFeatures, frechetDistanceInPool } from "./frechet-distance.ts";
import { type AlgebraSteps, covarianceOverlap } from "./frechet-overlap.ts";

/** What `covarianceOverlap` promises, of the traces. */
const ACCURACY = 1e-9;

const pool = createLinearAlgebraPool({ threads: 2 });
afterAll(() => pool.close());

/** Features whose dimension j is scaled by factor(j). */
function scaleFeatures({ count, dimension, data }: Features, factor: (j: number) => number): Features {
  return { count, dimension, data: data.map((value, i) => value * factor(i % dimension)) };
}

/** The overlap, and which functions it asked for. */
function solve(steps: AlgebraSteps<number>): { overlap: number; asked: string[] } {
  const asked: string[] = [];
  const note =
    <A extends readonly unknown[], R>(name: string, compute: (...args: A) => R) =>
    (...args: A): R => {
      asked.push(name);
      return compute(...args);
    };
  const algebra = {
    multiplyMatrices: note("multiplyMatrices", multiplyMatrices),
    productEigenvalues: note("productEigenvalues", productEigenvalues),
    singularValues: note("singularValues", singularValues),
    symmetricEigen: note("symmetricEigen", symmetricEigen),
  };
  let next = steps.next();
  while (!next.done) {
    try {
      next = steps.next(next.value(algebra));
    } catch (error) {
      next = steps.throw(error);
    }
  }
  return { overlap: next.value, asked };
}

/** VΛ^½, [n, n]. */
function rootFactor(covariance: Float64Array, n: number): Float64Array {
  const { values, vectors = new Float64Array() } = symmetricEigen(covariance, n);
  return vectors.map((value, i) => value * Math.sqrt(Math.max(0, values[i % n])));
}

const traceOf = ({ covariance, dimension }: ReturnType<typeof featureStatistics>): number =>
  Array.from({ length: dimension }, (_, i) => covariance[i * dimension + i]).reduce((sum, value) => sum + value, 0);

test.each([
  ["of one size", () => 1, ["productEigenvalues"]],
  ["graded over two decades", (j: number) => 10 ** (-j / 20), ["productEigenvalues"]],
  [
    "graded over eight decades",
    (j: number) => 10 ** (-j / 5),
    ["productEigenvalues", "symmetricEigen", "symmetricEigen", "multiplyMatrices", "singularValues"],
  ],
])("features %s: within 1e-9 of the traces of what factors give, by eigenvalues where that is enough", (_, factor, way) => {
  const a = featureStatistics(scaleFeatures(randomFeatures(1, 300, 40), factor));
  const b = featureStatistics(scaleFeatures(randomFeatures(2, 250, 40, 0.4), factor));
  const { overlap, asked } = solve(covarianceOverlap(a, b));
  expect(asked).toEqual(way);
  const shape = { m: 40, k: 40, n: 40, transposeA: true };
  const product = multiplyMatrices(rootFactor(a.covariance, 40), rootFactor(b.covariance, 40), shape);
  const wanted = singularValues(product, 40, 40).reduce((sum, value) => sum + value, 0);
  expect(Math.abs(overlap - wanted)).toBeLessThan(ACCURACY * (traceOf(a) + traceOf(b)));
});

test("features that never vary are left out, and do not make the rest singular", () => {
  const dead = (j: number): number => (j % 3 === 0 ? 0 : 1);
  const a = scaleFeatures(randomFeatures(3, 200, 30), dead);
  const b = randomFeatures(4, 200, 30);
  const { overlap, asked } = solve(covarianceOverlap(featureStatistics(a), featureStatistics(b)));
  expect(asked).toEqual(["productEigenvalues"]);
  const alive = ({ count, dimension, data }: Features): Features => ({
    count,
    dimension: 20,
    data: data.filter((_, i) => dead(i % dimension) === 1),
  });
  const among = solve(covarianceOverlap(featureStatistics(alive(a)), featureStatistics(alive(b))));
  expect(Math.abs(overlap - among.overlap)).toBeLessThan(ACCURACY);
});

test("in a pool: the same bits, of statistics and of features, and the same mistakes", async () => {
  const [a, b] = [randomFeatures(5, 300, 70), randomFeatures(6, 300, 70, 0.2)];
  const [c, d] = [randomFeatures(7, 30, 70), randomFeatures(8, 40, 70)];
  const statistics = [featureStatistics(a), featureStatistics(b)] as const;
  expect(await frechetDistanceInPool(...statistics, { pool })).toBe(frechetDistance(...statistics));
  expect(await frechetDistanceInPool(a, b, { pool })).toBe(frechetDistanceFromFeatures(a, b));
  expect(await frechetDistanceInPool(c, d, { pool })).toBe(frechetDistanceFromFeatures(c, d));
  const few = featureStatistics(c);
  expect(await frechetDistanceInPool(few, statistics[0], { pool })).toBe(frechetDistance(few, statistics[0]));
  await expect(frechetDistanceInPool(a, randomFeatures(9, 40, 60), { pool })).rejects.toThrow("feature dimensions differ");
});
