import { expect, test } from "vitest";
import { features, randomFeatures } from "./__fixtures__/random-features.ts";
import type { Features } from "./features.ts";
import { kernelDistance } from "./kernel-distance.ts";

/** The definition as plain loops: the oracle of the matrix form. */
function kernelDistanceByLoops(real: Features, generated: Features, kernel: (dot: number, squared: number) => number): number {
  const sum = (a: Features, b: Features, skipDiagonal: boolean): number => {
    let total = 0;
    for (let i = 0; i < a.count; i++)
      for (let j = 0; j < b.count; j++) {
        if (skipDiagonal && i === j) continue;
        let dot = 0;
        let squared = 0;
        for (let k = 0; k < a.dimension; k++) {
          const [x, y] = [a.data[i * a.dimension + k], b.data[j * a.dimension + k]];
          dot += x * y;
          squared += (x - y) ** 2;
        }
        total += kernel(dot, squared);
      }
    return total;
  };
  const [m, n] = [real.count, generated.count];
  return (
    sum(real, real, true) / (m * (m - 1)) +
    sum(generated, generated, true) / (n * (n - 1)) -
    (2 * sum(real, generated, false)) / (m * n)
  );
}

test("by hand: {0, 2} against {1, 1} in one dimension", () => {
  // k(0,2) = 1; k(1,1) = 8; k(0,1) = 1; k(2,1) = 27  →  1 + 8 − 2·(1 + 1 + 27 + 27)/4 = −19
  expect(kernelDistance(features([0], [2]), features([1], [1]))).toBe(-19);
});

test("one object on both sides keeps the diagonal in the cross term", () => {
  const a = features([0], [2]);
  // k(0,0) = 1; k(2,2) = 125; k(0,2) = 1  →  1 + 1 − 2·(1 + 1 + 1 + 125)/4 = −62
  expect(kernelDistance(a, a)).toBe(-62);
  expect(kernelDistance(a, features([0], [2]))).toBe(-62);
});

test("equals the definition, also across tiles", () => {
  const real = randomFeatures(1, 530, 7);
  const generated = randomFeatures(2, 41, 7, 0.4);
  const polynomial = kernelDistanceByLoops(real, generated, (dot) => (dot / 7 + 1) ** 3);
  expect(kernelDistance(real, generated)).toBeCloseTo(polynomial, 12);
  const gaussian = kernelDistanceByLoops(real, generated, (_, squared) => Math.exp(-squared / 18));
  expect(kernelDistance(real, generated, { kernel: { gaussianSigma: 3 } })).toBeCloseTo(gaussian, 12);
});

test("is unbiased: averages to zero over draws of one distribution", () => {
  const draws = Array.from({ length: 200 }, (_, i) =>
    kernelDistance(randomFeatures(2 * i, 20, 4), randomFeatures(2 * i + 1, 20, 4)),
  );
  const mean = draws.reduce((a, b) => a + b) / draws.length;
  const sd = Math.sqrt(draws.reduce((s, x) => s + (x - mean) ** 2, 0) / (draws.length - 1));
  expect(Math.abs(mean)).toBeLessThan((3 * sd) / Math.sqrt(draws.length));
});

test("500 against 500 in 768 dimensions is quick", () => {
  const [real, generated] = [randomFeatures(3, 500, 768), randomFeatures(4, 500, 768)];
  const start = performance.now();
  kernelDistance(real, generated);
  expect(performance.now() - start).toBeLessThan(2000); // 0.2 s on an idle core
});

test("says which side is wrong", () => {
  expect(() => kernelDistance(randomFeatures(0, 5, 4), randomFeatures(1, 1, 4))).toThrow(
    "[kernelDistance] generated needs at least 2 features; got 1.",
  );
  expect(() => kernelDistance(randomFeatures(0, 5, 4), randomFeatures(1, 5, 4), { kernel: { gaussianSigma: 0 } })).toThrow(
    "got 0",
  );
  // A key that the type does not know, as plain JavaScript could give it.
  expect(() => kernelDistance(randomFeatures(0, 5, 4), randomFeatures(1, 5, 4), { degree: 2 } as never)).toThrow('"degree"');
});
