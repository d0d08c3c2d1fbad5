import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { randomFeatures } from "./__fixtures__/random-features.ts";
import { selectFeatures } from "./features.ts";
import { kernelDistance } from "./kernel-distance.ts";
import { kernelDistanceBlocks, kernelDistanceSubsets } from "./kernel-distance-subsets.ts";

const real = randomFeatures(1, 30, 5);
const generated = randomFeatures(2, 25, 5, 0.2);

test("given subsets: one estimate each, their mean and population deviation", () => {
  const subsets = [
    { real: [0, 1, 2, 3], generated: [4, 5, 6] },
    { real: [7, 8, 9], generated: [1, 2, 3] },
  ];
  const expected = subsets.map((rows) =>
    kernelDistance(selectFeatures(real, rows.real), selectFeatures(generated, rows.generated)),
  );
  const { mean, standardDeviation, values } = kernelDistanceSubsets(real, generated, { subsets });
  expect(values).toEqual(expected);
  expect(mean).toBe((expected[0] + expected[1]) / 2);
  expect(standardDeviation).toBeCloseTo(Math.abs(expected[0] - expected[1]) / 2, 14);
});

test("drawn subsets follow the seed, each on its own", () => {
  const draw = (count: number) =>
    kernelDistanceSubsets(real, generated, { subsets: { count, size: 10, rng: createRng(5) } }).values;
  expect(draw(3)).toEqual(draw(6).slice(0, 3));
  expect(new Set(draw(6)).size).toBe(6);
  const whole = kernelDistanceSubsets(real, real, { subsets: { count: 2, size: 30, rng: createRng(5) } });
  expect(whole.mean).toBeCloseTo(kernelDistance(real, real), 12);
});

test("blocks are consecutive and disjoint", () => {
  const { values } = kernelDistanceBlocks(real, generated, { size: 8 });
  const rows = Array.from({ length: 8 }, (_, i) => 8 + i);
  expect(values).toHaveLength(3);
  expect(values[1]).toBe(kernelDistance(selectFeatures(real, rows), selectFeatures(generated, rows)));
});

test("refuses subsets that do not fit", () => {
  expect(() => kernelDistanceSubsets(real, generated, { subsets: [{ real: [0, 30], generated: [0, 1] }] })).toThrow(
    "names row 30",
  );
  expect(() => kernelDistanceSubsets(real, generated, { subsets: [{ real: [0], generated: [0, 1] }] })).toThrow("got 1");
  expect(() => kernelDistanceSubsets(real, generated, { subsets: [] })).toThrow("at least one subset");
  expect(() => kernelDistanceBlocks(real, generated, { size: 26 })).toThrow("from 2 to 25, the smaller set; got 26");
});

test("subsets that overlap share one kernel matrix: the same values as one by one", () => {
  const [real, generated] = [randomFeatures(11, 700, 5), randomFeatures(12, 300, 5)];
  const options = { subsets: { count: 12, size: 280, rng: createRng(3) } };
  for (const kernel of ["polynomial", { gaussianSigma: 2 }] as const) {
    const { values } = kernelDistanceSubsets(real, generated, { ...options, kernel });
    const alone = kernelDistanceSubsets(real, generated, { subsets: { count: 1, size: 280, rng: createRng(3) }, kernel });
    expect(values).toHaveLength(12);
    expect(values[0]).toBeCloseTo(alone.values[0], 12);
  }
  const twice = Array.from({ length: 10 }, () => ({ real: [0, 0, 1], generated: [1, 2, 3] }));
  const few = [randomFeatures(1, 4, 2), randomFeatures(2, 4, 2)] as const;
  const repeated = kernelDistanceSubsets(...few, { subsets: twice }); // a row twice is not shared, and counts as two
  expect(repeated.values[9]).toBeCloseTo(kernelDistanceSubsets(...few, { subsets: twice.slice(0, 1) }).mean, 12);
});
