import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { randomImages } from "../__fixtures__/random-features.ts";
import { pairwiseSimilarity } from "./pairwise-similarity.ts";
import { fittingScales, msSsimWeights, type SsimImage } from "./structural-similarity.ts";

const first = (a: SsimImage, b: SsimImage): number => a.data[0] + 10 * b.data[0];

test("all pairs of few images, each once; never an image with itself", () => {
  const images = { data: Uint8Array.of(1, 2, 3), count: 3, height: 1, width: 1, channels: 1 };
  const mean = pairwiseSimilarity(images, { rng: createRng(0), compare: first });
  expect(mean).toBe((2 + 10 + (3 + 10) + (3 + 20)) / 3);
  const many = randomImages(1, 60, 2);
  const isSelf = pairwiseSimilarity(many, { rng: createRng(0), compare: (a, b) => Number(a.data === b.data) });
  expect(isSelf).toBe(0);
  expect(() => pairwiseSimilarity({ ...images, count: 1 }, { rng: createRng(0), compare: first })).toThrow("at least 2");
});

test("as many scales as fit, with weights that sum to 1", () => {
  expect(fittingScales({ height: 176, width: 200 })).toEqual(msSsimWeights);
  const two = fittingScales({ height: 32, width: 40 });
  expect(two).toHaveLength(2);
  expect(two[0] / two[1]).toBeCloseTo(0.0448 / 0.2856, 12);
  expect(two[0] + two[1]).toBeCloseTo(1, 12);
  expect(() => fittingScales({ height: 10, width: 40 })).toThrow("at least 11");
});
