import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createRng } from "repro-kit";
import { describe, expect, it } from "vitest";
import { openDatasetZipFile } from "../dataset/open-dataset-zip-file.ts";
import { splitDataset } from "../dataset/split-dataset.ts";
import { writeDatasetZipFile } from "../dataset/write-dataset-zip-file.ts";
import { importImages } from "./import-images.ts";

const DATA = resolve(import.meta.dirname, "../../../../../shared/data");

describe.skipIf(!existsSync(DATA))("real images", () => {
  it("brings HAM10000 with classes and lesions into a zip", async () => {
    const folder = await mkdtemp(join(tmpdir(), "dataset-zip-"));
    const imported = await importImages({
      ...{ source: join(DATA, "skin-ham10000"), classes: ["mel", "nv"], group: "lesion_id" },
      ...{ size: 64, maxImages: 50 },
    });
    const path = join(folder, "skin.zip");
    await writeDatasetZipFile(path, imported, { classes: ["mel", "nv"], provenance: imported.provenance });
    expect(imported.report()).toMatchObject({ numFound: 2000, numImported: 50, rejected: [] });
    const dataset = await openDatasetZipFile(path);
    expect([dataset.count, dataset.imageShape, dataset.classes]).toEqual([50, [64, 64, 3], ["mel", "nv"]]);
    expect(dataset.groups?.every((group) => /^HAM_\d{7}$/.test(group))).toBe(true);
    expect(dataset.sources?.[0]).toBe("test/mel/ISIC_0024310.jpg");
    const split = splitDataset(dataset, { fractions: { train: 0.8, test: 0.2 }, rng: createRng(1) });
    expect(split.part("train").length + split.part("test").length).toBe(50);
    await dataset.close();
    await rm(folder, { recursive: true });
  });

  it.each([
    ["fundus", 3, ["cataract", "diabetic_retinopathy", "glaucoma", "normal"]],
    ["chest-xray", 1, ["covid", "normal", "pneumonia"]],
  ])("reads %s with its classes", async (name, channels, classes) => {
    const imported = await importImages({ source: join(DATA, name), size: 32, maxImages: 20 });
    for await (const { pixels } of imported) expect([pixels.height, pixels.width, pixels.channels]).toEqual([32, 32, channels]);
    expect(imported.classes).toEqual(classes);
    expect(imported.report().numImported).toBe(20);
  });
});
