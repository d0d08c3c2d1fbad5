import { createRng } from "repro-kit";
import { expect, it } from "vitest";
import { drawSkinLesions } from "../phantoms/draw-skin-lesions.ts";
import { openDatasetZip } from "./open-dataset-zip.ts";
import { splitDataset } from "./split-dataset.ts";
import { writeDatasetZip } from "./write-dataset-zip.ts";

it("keeps lesions together and classes in proportion", async () => {
  const dataset = await openDatasetZip(await writeDatasetZip(drawSkinLesions({ count: 300, size: 8, seed: 2 })));
  const split = splitDataset(dataset, { fractions: { train: 0.7, test: 0.3 }, rng: createRng(1) });
  const groupsOf = (part: string) => new Set(split.part(part).map((i) => dataset.groups?.[i]));
  const train = groupsOf("train");
  expect([...groupsOf("test")].filter((group) => train.has(group))).toEqual([]);
  expect(split.part("train").length + split.part("test").length).toBe(300);
  for (const label of [0, 1, 2]) {
    const share = split.part("train").filter((i) => dataset.labels?.[i] === label).length;
    expect(Math.abs(share - 70)).toBeLessThanOrEqual(4); // within one lesion of four pictures
  }
});

it("takes other groups, and none", () => {
  const dataset = { count: 8, labels: null, groups: null };
  const options = { fractions: { a: 0.5, b: 0.5 }, rng: createRng(0) };
  expect(splitDataset(dataset, options).part("a").length).toBe(4);
  const pairs = splitDataset(dataset, { ...options, groupOf: (i) => String(i >> 1) });
  expect(
    pairs
      .part("a")
      .map((i) => i >> 1)
      .every((pair, k, all) => pair === all[k ^ 1]),
  ).toBe(true);
  expect(() => splitDataset(dataset, { ...options, groupof: () => "" } as never)).toThrow("groupOf");
});

it("names a class that is too rare", () => {
  const dataset = { count: 6, labels: Int32Array.of(0, 0, 0, 0, 0, 1), groups: null, classes: ["nevus", "melanoma"] };
  const options = { fractions: { train: 0.5, test: 0.5 }, rng: createRng(0) };
  expect(() => splitDataset(dataset, options)).toThrow('class "melanoma" has 1 group(s), too few for 2 parts');
});
