import { join } from "node:path";
import { zipSync } from "fflate";
import { UsageError } from "repro-kit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createImageFolder, flatPng, type ImageFolder } from "../testing/image-folder.ts";
import type { ImportImagesOptions } from "./import-images.ts";

let folder: ImageFolder;
beforeEach(async () => {
  folder = await createImageFolder();
});
afterEach(() => folder.remove());

describe("importImages refuses", () => {
  const two = { "a/1.png": flatPng(1), "b/2.png": flatPng(2) };
  const cases: readonly [string, Readonly<Record<string, Uint8Array | string>>, Partial<ImportImagesOptions>, string][] = [
    ["an empty folder", {}, {}, "it is empty. Give a folder or zip of PNG or JPEG files."],
    ["a folder without images", { "a.txt": "x" }, {}, "none of its 1 files is a picture"],
    ["one image only", { "1.png": flatPng(1) }, {}, "there is one image only to import"],
    [
      "a class without image",
      two,
      { classes: ["a", "c"] },
      'class "c" has no image; did you mean "a"? known: a, b (a: 1, b: 1).',
    ],
    [
      "a class of unreadable images",
      { ...two, "b/2.png": "x", "a/3.png": flatPng(3) },
      {},
      'class "b" has no image that could be read',
    ],
    ["nothing but unreadable images", { "1.png": "x", "2.png": "y" }, {}, "none of the 2 images could be read. The first reason"],
    ["images beside class folders", { ...two, "3.png": flatPng(3) }, {}, '"3.png" lies in none'],
    ["classes without labels", { "1.png": flatPng(1), "2.png": flatPng(2) }, { classes: ["a"] }, "the images have none"],
    ["a table that fits nothing", { ...two, "labels.csv": "file,class\nx.png,a\n" }, {}, "none fits an image"],
    ["a table without files", { ...two, "labels.csv": "name,class\nx,a\n" }, {}, "no column for the file"],
    ["a table without classes", { ...two, "labels.csv": "file,kind\nx,a\n" }, {}, "no column for the class"],
    ["a contradicting table", { ...two, "labels.csv": "file,class\na/1.png,a\na/1.png,b\n" }, {}, "two different rows"],
    [
      "an unknown group column",
      { ...two, "labels.csv": "file,class,lesion\na/1.png,a,1\n" },
      { group: "leson" },
      'did you mean "lesion"',
    ],
    ["a group column without table", two, { group: "lesion" }, "there is no table of labels"],
    ["a missing source", {}, { source: "/nowhere/at/all" }, "there is no folder or file /nowhere/at/all"],
    ["a missing table", two, { labels: "/nowhere.csv" }, "the labels /nowhere.csv cannot be read"],
    ["an unknown filter", two, { filter: "lanczo" as "lanczos" }, 'did you mean "lanczos"'],
    ["an unknown transform", two, { transform: "crop" as "pad" }, "known: center-crop"],
    ["a background of another color", two, { background: "blue" as "black" }, 'background must be black or white; got "blue".'],
    ["a size of nothing", two, { size: 0 }, "size must be pixels"],
    ["an unknown option", two, { sizes: 3 } as object, 'did you mean "size"'],
  ];
  it.each(cases)("%s", async (_, files, options, sentence) => {
    await folder.put(files);
    await expect(folder.read(options)).rejects.toThrow(sentence);
    await expect(folder.read(options)).rejects.toThrow(UsageError);
  });

  it("zips that are broken or unsafe", async () => {
    const evil = zipSync({ "../../evil.png": flatPng(1), "b.png": flatPng(2) });
    await folder.put({
      "evil.zip": evil,
      "no.zip": "no zip at all",
      "cut.zip": zipSync(two).subarray(0, 100),
      "one.png": flatPng(1),
    });
    await expect(folder.read({ source: join(folder.path, "evil.zip") })).rejects.toThrow(
      "evil.zip is damaged or unsafe (invalid relative path",
    );
    await expect(folder.read({ source: join(folder.path, "no.zip") })).rejects.toThrow("no.zip is no zip that can be read");
    await expect(folder.read({ source: join(folder.path, "cut.zip") })).rejects.toThrow(UsageError);
    await expect(folder.read({ source: join(folder.path, "one.png") })).rejects.toThrow("is a single image");
  });
});
