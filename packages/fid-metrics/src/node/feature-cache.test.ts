import { mkdtemp, readdir, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { randomFeatures } from "../__fixtures__/random-features.ts";
import { createRandomConvolutionExtractor } from "../extractors/random-convolution.ts";
import { cachedFeatures } from "./feature-cache.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "features-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const made = randomFeatures(1, 6, 8);
const extractor = createRandomConvolutionExtractor({ dimension: 8 });
let computed = 0;
const compute = async () => {
  computed++;
  return made;
};

test("computed once for one content and extractor, bit for bit", async () => {
  computed = 0;
  for (let i = 0; i < 3; i++) expect(await cachedFeatures({ folder, content: "abc", extractor }, compute)).toEqual(made);
  expect(computed).toBe(1);
  await cachedFeatures({ folder, content: "abd", extractor }, compute);
  await cachedFeatures(
    { folder, content: "abc", extractor: createRandomConvolutionExtractor({ dimension: 8, seed: 2 }) },
    compute,
  );
  expect(computed).toBe(3);
  expect(await readdir(folder)).toHaveLength(3);
});

test("a damaged file is made anew", async () => {
  computed = 0;
  await cachedFeatures({ folder, content: "abc", extractor }, compute);
  const [name] = await readdir(folder);
  await truncate(join(folder, name), 100);
  expect(await cachedFeatures({ folder, content: "abc", extractor }, compute)).toEqual(made);
  expect(computed).toBe(2);
});

test("NaN is not kept, and content must say something", async () => {
  const broken = { ...made, data: made.data.map(() => Number.NaN) };
  await expect(cachedFeatures({ folder, content: "abc", extractor }, async () => broken)).rejects.toThrow("NaN");
  expect(await readdir(folder)).toEqual([]);
  await expect(cachedFeatures({ folder, content: "", extractor }, compute)).rejects.toThrow("must tell the images apart");
});
