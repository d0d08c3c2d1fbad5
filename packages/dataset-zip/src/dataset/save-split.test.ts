import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRng, createSplit } from "repro-kit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { drawSkinLesions, SKIN_LESION_CLASSES } from "../phantoms/draw-skin-lesions.ts";
import type { JsonObject } from "./labelled-image.ts";
import { openDatasetZipFile } from "./open-dataset-zip-file.ts";
import { saveSplit } from "./save-split.ts";
import { splitDataset } from "./split-dataset.ts";
import { writeDatasetZipFile } from "./write-dataset-zip-file.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dataset-zip-"));
  path = join(folder, "data.zip");
  const images = drawSkinLesions({ count: 30, size: 8, seed: 1 }).map((image, i) => ({ ...image, group: `g${i >> 1}` }));
  await writeDatasetZipFile(path, images, { classes: SKIN_LESION_CLASSES });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("saveSplit", () => {
  test("a saved split is read back; images, labels and digest stay", async () => {
    const before = await openDatasetZipFile(path);
    const split = splitDataset(before, { fractions: { train: 0.6, test: 0.4 }, rng: createRng(4) });
    await saveSplit(path, { name: "default", split, how: { seed: 4, fractions: { train: 0.6, test: 0.4 } } });
    const after = await openDatasetZipFile(path);
    expect(after.splits.default.split.parts).toEqual(split.parts);
    expect(after.splits.default.how).toEqual({ seed: 4, fractions: { train: 0.6, test: 0.4 } });
    expect([after.digest, after.groups, after.provenance?.tool]).toEqual([before.digest, before.groups, before.provenance?.tool]);
    for (let i = 0; i < 30; i++) expect(await after.image(i)).toEqual(await before.image(i));
    await before.close();
    await after.close();
    expect(await readdir(folder)).toEqual(["data.zip"]);
  });

  test("several splits live together; the same name needs overwrite; the same splits give the same bytes", async () => {
    await saveSplit(path, { name: "a", split: createSplit({ train: [0, 1], test: [2] }) });
    await saveSplit(path, { name: "b", split: createSplit({ train: [4, 5] }) });
    await expect(saveSplit(path, { name: "a", split: createSplit({ train: [6] }) })).rejects.toThrow('has a split "a" already');
    const bytes = await readFile(path);
    await saveSplit(path, { name: "a", split: createSplit({ train: [0, 1], test: [2] }), overwrite: true });
    expect(await readFile(path)).toEqual(bytes);
    const zip = await openDatasetZipFile(path);
    expect(Object.keys(zip.splits)).toEqual(["a", "b"]);
    await zip.close();
  });

  test("a split that tears a group apart is refused, and the zip stays as it was", async () => {
    const bytes = await readFile(path);
    const torn = createSplit({ train: [0], test: [1] });
    await expect(saveSplit(path, { name: "torn", split: torn })).rejects.toThrow('group "g0" stands in "train" and in "test"');
    expect(await readFile(path)).toEqual(bytes);
  });

  test("images beyond the last, and odd names, are refused", async () => {
    await expect(saveSplit(path, { name: "x", split: createSplit({ train: [30] }) })).rejects.toThrow("names image 30");
    await expect(saveSplit(path, { name: "a b/c", split: createSplit({ train: [3] }) })).rejects.toThrow("name must be");
  });
});

test.each<[JsonObject | null, string]>([
  [{ splits: [] }, "must be an object"],
  [{ splits: { a: { parts: { train: [0, 99] } } } }, "must list images below 30"],
  [{ splits: { a: { parts: { train: [0.5] } } } }, "must list images below 30"],
  [{ splits: { a: {} } }, "must list images below 30"],
  [{ splits: { a: { parts: { train: [0], test: [1] } } } }, 'leaks: group "g0" stands in "train" and in "test"'],
  [{ splits: { a: { parts: { train: [0], test: [0] } } } }, "leaks: sample 0 stands"],
])("a zip whose provenance is %j is refused", async (provenance, message) => {
  const images = drawSkinLesions({ count: 30, size: 8, seed: 1 }).map((image, i) => ({ ...image, group: `g${i >> 1}` }));
  await writeDatasetZipFile(path, images, { classes: SKIN_LESION_CLASSES, provenance: provenance ?? {}, overwrite: true });
  await expect(openDatasetZipFile(path)).rejects.toThrow(message);
});
