import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "repro-kit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { drawSkinLesions } from "../phantoms/draw-skin-lesions.ts";
import { killStorm } from "../testing/kill-storm.ts";
import { openDatasetZipFile } from "./open-dataset-zip-file.ts";
import { writeDatasetZip } from "./write-dataset-zip.ts";
import { writeDatasetZipFile } from "./write-dataset-zip-file.ts";

const images = drawSkinLesions({ count: 5, size: 16, seed: 1 });
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dataset-zip-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("writeDatasetZipFile", () => {
  it("writes the bytes of writeDatasetZip, which openDatasetZipFile reads", async () => {
    const path = join(folder, "deep", "data.zip");
    await writeDatasetZipFile(path, images);
    expect(Buffer.compare(await readFile(path), await writeDatasetZip(images))).toBe(0);
    const dataset = await openDatasetZipFile(path);
    expect(dataset.count).toBe(5);
    expect(await dataset.images([3, 1])).toEqual(Uint8Array.from([3, 1].flatMap((i) => [...images[i].pixels.data])));
    await dataset.close();
    expect(await readdir(join(folder, "deep"))).toEqual(["data.zip"]);
  });

  it("keeps a file that stands there, unless told otherwise", async () => {
    const path = join(folder, "data.zip");
    await writeDatasetZipFile(path, images);
    await expect(writeDatasetZipFile(path, images.slice(1))).rejects.toThrow("already exists. Choose another name or remove it.");
    await writeDatasetZipFile(path, images.slice(1), { overwrite: true });
    const dataset = await openDatasetZipFile(path);
    expect(dataset.count).toBe(4);
    await dataset.close();
    await expect(writeDatasetZipFile(folder, images)).rejects.toThrow("is a folder");
  });

  it("leaves nothing behind when the images fail in the middle", async () => {
    function* failing() {
      yield images[0];
      throw new Error("the camera broke");
    }
    await expect(writeDatasetZipFile(join(folder, "data.zip"), failing())).rejects.toThrow("the camera broke");
    await expect(writeDatasetZipFile(join(folder, "data.zip"), [])).rejects.toThrow("there is no image to write");
    expect(await readdir(folder)).toEqual([]);
  });

  it("says why a place cannot be written", async () => {
    await writeFile(join(folder, "file"), "");
    await expect(writeDatasetZipFile(join(folder, "file", "data.zip"), images)).rejects.toThrow(UsageError);
  });
});

describe("openDatasetZipFile", () => {
  it("names the file in what it refuses", async () => {
    const path = join(folder, "data.zip");
    await expect(openDatasetZipFile(path)).rejects.toThrow(`there is no file ${path}`);
    await expect(openDatasetZipFile(folder)).rejects.toThrow("is a folder, not a zip");
    await writeFile(path, (await writeDatasetZip(images)).subarray(0, 3000));
    await expect(openDatasetZipFile(path)).rejects.toThrow(`${path}: [readZip] the zip is truncated`);
    await expect(openDatasetZipFile(path)).rejects.toThrow(UsageError);
  });
});

it("leaves no file or a whole one when it is killed at any moment", { timeout: 120_000 }, async () => {
  let numPartial = 0;
  // On a busy machine no kill of a storm may fall into the writing: then another storm.
  for (let seed = 1; seed <= 4 && numPartial === 0; seed++) {
    const storm = await killStorm({ folder, rounds: 10, seed });
    expect(storm.numAbsent + storm.numWhole).toBe(10);
    numPartial += storm.numPartial;
  }
  expect(numPartial).toBeGreaterThan(0);
});
