import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { mixDatasets } from "./mix-datasets.ts";

const set = (labels: number[], first: number) => ({
  imageShape: [1, 1, 1] as const,
  labels,
  images: Uint8Array.from(labels, (_, i) => first + i),
});
const real = set([0, 0, 0, 0, 0, 0, 1, 1, 1], 0);
const synthetic = set(
  Array.from({ length: 40 }, (_, i) => i % 2),
  100,
);
const base = { real, synthetic, numClasses: 2, rng: createRng(0) };

test("α is the generated share, in the class distribution of the real images", async () => {
  const { data, numReal, numSynthetic, taken } = mixDatasets({ ...base, alpha: 0.5 });
  expect([numReal, numSynthetic]).toEqual([
    [6, 3],
    [6, 3],
  ]);
  expect(data.count).toBe(18);
  expect([...(await data.images([0, 8, 9]))]).toEqual([0, 8, 100 + taken[0]]);
  expect(taken.map((i) => i % 2)).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1]);
  expect(new Set(taken).size).toBe(9);
  expect(mixDatasets({ ...base, alpha: 0.25 }).numSynthetic).toEqual([2, 1]);
  expect(mixDatasets({ ...base, alpha: 0 }).data.count).toBe(9);
});

test("counts amplify one class; a seed gives the same choice", () => {
  expect(mixDatasets({ ...base, counts: [0, 3] }).numSynthetic).toEqual([0, 3]);
  const taken = (seed: number) => mixDatasets({ ...base, alpha: 0.5, rng: createRng(seed) }).taken;
  expect(taken(1)).toEqual(taken(1));
  expect(taken(1)).not.toEqual(taken(2));
});

test("generated images alone: the real ones' class distribution, or counts", async () => {
  const { data, numReal, numSynthetic, taken } = mixDatasets({ ...base, syntheticOnly: true });
  expect([numReal, numSynthetic, data.count]).toEqual([[0, 0], [6, 3], 9]);
  expect([...(await data.images([0, 8]))]).toEqual([100 + taken[0], 100 + taken[8]]);
  expect(mixDatasets({ ...base, syntheticOnly: true, counts: [1, 5] }).data.count).toBe(6);
  expect(() => mixDatasets({ ...base, syntheticOnly: true, alpha: 0.5 })).toThrow("alpha does not go with syntheticOnly");
  expect(() => mixDatasets({ ...base, syntheticOnly: true, counts: [0, 0] })).toThrow("no generated image to train on");
});

test("mistakes are named", () => {
  expect(() => mixDatasets({ ...base, alpha: 1 })).toThrow("alpha must lie in [0, 1); got 1.");
  expect(() => mixDatasets({ ...base, alpha: 0.9 })).toThrow("class 0 needs 54 generated images; there are 20.");
  expect(() => mixDatasets(base)).toThrow("give either alpha or counts");
  expect(() => mixDatasets({ ...base, counts: [1] })).toThrow("counts must be 2 integers");
  expect(() =>
    mixDatasets({ ...base, alpha: 0.5, synthetic: { ...synthetic, imageShape: [1, 2, 1], labels: synthetic.labels.slice(20) } }),
  ).toThrow("images must have one shape; got 1×1×1 and 1×2×1");
});
