import { mkdtemp, readdir, readFile, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { randomFeatures } from "../__fixtures__/random-features.ts";
import { createRandomConvolutionExtractor } from "../extractors/random-convolution.ts";
import { featureStatistics } from "../feature-statistics.ts";
import { originOf } from "../statistics-file.ts";
import { cachedStatistics, readStatisticsFile, writeStatisticsFile } from "./statistics-cache.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "statistics-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const made = featureStatistics(randomFeatures(1, 20, 8));
const extractor = createRandomConvolutionExtractor({ dimension: 8 });
let computed = 0;
const compute = async () => {
  computed++;
  return made;
};

test("computed once for one content, network and mode; a damaged file is made anew", async () => {
  computed = 0;
  for (let i = 0; i < 3; i++) expect(await cachedStatistics({ folder, content: "abc", extractor }, compute)).toEqual(made);
  expect(computed).toBe(1);
  const [name] = await readdir(folder);
  await truncate(join(folder, name), 100);
  expect(await cachedStatistics({ folder, content: "abc", extractor }, compute)).toEqual(made);
  expect(computed).toBe(2);
  await cachedStatistics({ folder, content: "abd", extractor }, compute);
  await cachedStatistics({ folder, content: "abc", extractor: { ...extractor, mode: "other" } }, compute);
  expect(computed).toBe(4);
  expect(await readdir(folder)).toHaveLength(3); // and nothing half-written
  await expect(cachedStatistics({ folder, content: "", extractor }, compute)).rejects.toThrow("must tell the images apart");
});

test("two writers at once leave one whole file", async () => {
  await Promise.all(Array.from({ length: 8 }, () => cachedStatistics({ folder, content: "abc", extractor }, compute)));
  const [name, ...others] = await readdir(folder);
  expect(others).toEqual([]);
  expect((await readStatisticsFile(join(folder, name), { extractor })).statistics).toEqual(made);
});

test("a file of one's own, named in refusals", async () => {
  const path = join(folder, "real.npz");
  await writeStatisticsFile(path, made, originOf(extractor));
  expect((await readFile(path)).subarray(0, 2).toString()).toBe("PK");
  const other = { ...extractor, mode: "clean-fid" };
  await expect(readStatisticsFile(path, { extractor: other })).rejects.toThrow(`${path} was made in another way`);
});
