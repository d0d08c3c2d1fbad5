import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LabelledImage } from "../dataset/labelled-image.ts";
import { openDatasetZip } from "../dataset/open-dataset-zip.ts";
import { writeDatasetZip } from "../dataset/write-dataset-zip.ts";
import { createImageFolder, flatPng, type ImageFolder } from "../testing/image-folder.ts";
import { makeHostileZip } from "../testing/make-hostile-zip.ts";
import { makeTestPng } from "../testing/make-test-png.ts";
import { importImages } from "./import-images.ts";

let folder: ImageFolder;
beforeEach(async () => {
  folder = await createImageFolder();
});
afterEach(() => folder.remove());

const brief = (images: readonly LabelledImage[]) => images.map(({ source, label }) => [source, label]);

describe("importImages finds images and labels", () => {
  it("in a folder, by path, passing over what is no picture", async () => {
    await folder.put({
      "b.png": flatPng(1),
      "B.png": flatPng(2),
      "a/c.png": flatPng(3),
      ".hidden.png": flatPng(4),
      "notes.txt": "x",
      "__MACOSX/x.png": flatPng(5),
    });
    await symlink(folder.path, join(folder.path, "a", "round"));
    const { images, imported } = await folder.read({ labels: false });
    expect(brief(images)).toEqual([
      ["B.png", undefined],
      ["a/c.png", undefined],
      ["b.png", undefined],
    ]);
    expect(images.map(({ pixels, index }) => [pixels.data[0], index])).toEqual([
      [2, 0],
      [3, 1],
      [1, 2],
    ]);
    expect([imported.count, imported.classes]).toEqual([3, undefined]);
  });

  it("in the order of the reference tool: folder by folder", async () => {
    await folder.put({ "a/2.png": flatPng(1), "a-b/1.png": flatPng(2), "a.png": flatPng(3) });
    expect((await folder.read({ labels: false })).images.map(({ source }) => source)).toEqual(["a/2.png", "a-b/1.png", "a.png"]);
  });

  it("in class folders", async () => {
    await folder.put({ "nv/1.png": flatPng(1), "mel/deep/2.png": flatPng(2), "mel/1.png": flatPng(3) });
    const { images, imported } = await folder.read();
    expect(imported.classes).toEqual(["mel", "nv"]);
    expect(brief(images)).toEqual([
      ["mel/1.png", 0],
      ["mel/deep/2.png", 0],
      ["nv/1.png", 1],
    ]);
    expect((await folder.read({ classes: ["nv", "mel"] })).images.map(({ label }) => label)).toEqual([1, 1, 0]);
  });

  it("in class folders below train and test", async () => {
    await folder.put({ "train/mel/1.png": flatPng(1), "test/mel/2.png": flatPng(2), "test/nv/3.png": flatPng(3) });
    const { images, imported } = await folder.read({ group: (path) => path.slice(-5, -4) });
    expect(imported.classes).toEqual(["mel", "nv"]);
    expect(images.map(({ label, group }) => [label, group])).toEqual([
      [0, "2"],
      [1, "3"],
      [0, "1"],
    ]);
  });

  it("by labels.csv at the top, with groups", async () => {
    await folder.put({
      "labels.csv": "file,class,lesion_id,note\ntrain/x/1.png,mel,L1,a\ntrain/x/2.png,nv,L2,b\ntrain/x/3.png,bkl,L2,c\n",
      ...{ "train/x/1.png": flatPng(1), "train/x/2.png": flatPng(2), "train/x/3.png": flatPng(3), "train/x/4.png": flatPng(4) },
    });
    const { images, imported, report } = await folder.read({ classes: ["nv", "mel"], group: "lesion_id" });
    expect(imported.classes).toEqual(["nv", "mel"]);
    expect(images.map(({ label, group }) => [label, group])).toEqual([
      [1, "L1"],
      [0, "L2"],
    ]);
    expect(report).toMatchObject({ numFound: 4, numImported: 2, numOtherClasses: 1 });
    expect(report.rejected).toEqual([{ path: "train/x/4.png", reason: "labels.csv has no label for it." }]);
    expect((await folder.read()).report.notes[0]).toContain('has a column "lesion_id": give it as group');
    expect((await folder.read({ source: join(folder.path, "labels.csv") })).images.length).toBe(3);
    expect((await folder.read({ unlabelled: "keep" })).images.map(({ label }) => label)).toEqual([1, 2, 0, undefined]);
  });

  it("by a table elsewhere that names files without folder or extension", async () => {
    await folder.put({
      "images/ISIC_1.png": flatPng(1),
      "images/ISIC_2.png": flatPng(2),
      "meta.csv": "image_id;dx\nISIC_2;mel\nISIC_1;nv\nISIC_3;nv\n",
    });
    const { images } = await folder.read({ source: join(folder.path, "images"), labels: join(folder.path, "meta.csv") });
    expect(brief(images)).toEqual([
      ["ISIC_1.png", 1],
      ["ISIC_2.png", 0],
    ]);
  });

  it("orders classes that are numbers by value", async () => {
    await folder.put({ "labels.csv": "path,label\n1.png,10\n2.png,9\n", "1.png": flatPng(1), "2.png": flatPng(2) });
    expect((await folder.read()).imported.classes).toEqual(["9", "10"]);
  });

  it("in a zip of images, with class folders or a table in it", async () => {
    await folder.put({ "a.zip": zipSync({ "nv/1.png": flatPng(1), "mel/2.png": flatPng(2), "mel/": new Uint8Array(0) }) });
    expect(brief((await folder.read({ source: join(folder.path, "a.zip") })).images)).toEqual([
      ["mel/2.png", 0],
      ["nv/1.png", 1],
    ]);
    await folder.put({
      "b.zip": zipSync({
        "1.png": flatPng(1),
        "2.png": flatPng(2),
        "labels.csv": new TextEncoder().encode("file,class\n1.png,z\n2.png,a"),
      }),
    });
    expect(brief((await folder.read({ source: join(folder.path, "b.zip") })).images)).toEqual([
      ["1.png", 1],
      ["2.png", 0],
    ]);
  });

  it("in a zip with an encrypted entry, which is left out, and names from Windows", async () => {
    const entries = [
      { name: "nv\\1.png", content: flatPng(1) },
      { name: "nv\\2.png", content: flatPng(2), flags: 1, size: flatPng(2).length - 12 }, // the 12 bytes of encryption's header
      { name: "mel\\3.png", content: flatPng(3), isCompressed: true },
    ];
    await folder.put({ "a.zip": makeHostileZip(entries) });
    const { images, report } = await folder.read({ source: join(folder.path, "a.zip") });
    expect(brief(images)).toEqual([
      ["mel/3.png", 0],
      ["nv/1.png", 1],
    ]);
    expect(report.rejected).toMatchObject([{ path: "nv/2.png", reason: expect.stringContaining("is encrypted") }]);
  });

  it("in a dataset zip, with its classes and groups", async () => {
    const { images } = await (async () => {
      await folder.put({ "x/1.png": flatPng(1), "y/2.png": flatPng(2) });
      return folder.read({ group: (path) => `patient ${path[0]}` });
    })();
    await folder.put({ "set.zip": await writeDatasetZip(images, { classes: ["x", "y"] }) });
    const again = await folder.read({ source: join(folder.path, "set.zip") });
    expect(again.imported.classes).toEqual(["x", "y"]);
    expect(again.images.map(({ label, group, pixels }) => [label, group, pixels.data[0]])).toEqual([
      [0, "patient x", 1],
      [1, "patient y", 2],
    ]);
  });
});

describe("importImages treats pixels", () => {
  it("resizes, converts, and tells so in the provenance", async () => {
    await folder.put({ "1.png": flatPng(9, { size: 8 }), "2.png": flatPng(7, { size: 6, channels: 3 }) });
    const { imported, images } = await folder.read({ size: 4, channels: 3, filter: "box", transform: "pad" });
    expect(images.map(({ pixels }) => [pixels.height, pixels.width, pixels.channels, pixels.data[47]])).toEqual([
      [4, 4, 3, 9],
      [4, 4, 3, 7],
    ]);
    expect(imported.provenance()).toMatchObject({
      size: [4, 4],
      filter: "box",
      transform: "pad",
      channels: 3,
      orientation: "apply",
      leftOut: [],
    });
    const zip = async () => {
      const again = await importImages({ source: folder.path, size: 4, channels: 3 });
      return writeDatasetZip(again, { provenance: again.provenance });
    };
    expect(await zip()).toEqual(await zip());
    expect((await openDatasetZip(await zip())).provenance).toMatchObject({
      numImages: 2,
      sourceDigest: imported.provenance().sourceDigest,
    });
  });

  it("finds a table that is named as it lies in the source", async () => {
    await folder.put({ "1.png": flatPng(1), "2.png": flatPng(2), "tables/own.csv": "file,class\n1.png,x\n2.png,y\n" });
    const { imported } = await folder.read({ labels: "tables/own.csv" });
    expect(imported.classes).toEqual(["x", "y"]);
  });

  it("leaves out what cannot be read and goes on, or stops", async () => {
    const clear = makeTestPng({ width: 4, height: 4, colorType: 4, bitDepth: 8, samples: new Uint16Array(32) });
    await folder.put({
      "1.png": flatPng(1),
      "2.png": flatPng(2).subarray(0, 50),
      "3.jpg": "no jpeg",
      "4.png": clear,
      "5.png": flatPng(5),
      "6.png": "",
    });
    const told: string[] = [];
    const { images, report, imported } = await folder.read({ onReject: ({ path }) => told.push(path) });
    expect(brief(images).map(([path]) => path)).toEqual(["1.png", "5.png"]);
    expect(images.map(({ index }) => index)).toEqual([0, 4]);
    expect(told).toEqual(["2.png", "3.jpg", "4.png", "6.png"]);
    expect(report.rejected.map(({ reason }) => reason)).toEqual([
      "the PNG is truncated in its IDAT chunk.",
      expect.stringContaining("damaged, truncated or no image"),
      "the image has transparent pixels. Give background: black or white.",
      "the file is empty.",
    ]);
    expect(imported.provenance().leftOut).toHaveLength(4);
    await expect(folder.read({ strict: true })).rejects.toThrow(
      '[importImages] "2.png": the PNG is truncated in its IDAT chunk.',
    );
    expect((await folder.read({ background: "white" })).images[1].pixels.data[0]).toBe(255);
  });

  it("refuses grey mixed with colour", async () => {
    await folder.put({ "1.png": flatPng(1), "2.png": flatPng(1, { channels: 3 }) });
    await expect(folder.read()).rejects.toThrow('"2.png" is in colour, but the images before are grey. Give channels: 3 (or 1)');
  });
});
