import { type RasterImage, resizeImage } from "array-kernels";
import { UsageError } from "repro-kit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { drawSkinLesions } from "../phantoms/draw-skin-lesions.ts";
import { encodePng } from "../png/encode-png.ts";
import { createImageFolder, flatPng, type ImageFolder } from "../testing/image-folder.ts";
import { type CheckImagesOptions, checkImages } from "./check-images.ts";

let folder: ImageFolder;
beforeEach(async () => {
  folder = await createImageFolder();
});
afterEach(() => folder.remove());
const check = (options: Partial<CheckImagesOptions> = {}) => checkImages({ source: folder.path, ...options });

const pictures = drawSkinLesions({ count: 6, size: 64, seed: 9 }).map(({ pixels }) => pixels);
const png = (image: RasterImage<Uint8Array>): Uint8Array => encodePng(image);

describe("checkImages", () => {
  test("a sound folder: counts, shapes, statistics, nothing to complain of", async () => {
    await folder.put({ "a/1.png": png(pictures[0]), "a/2.png": png(pictures[1]), "b/3.png": png(pictures[2]), "notes.txt": "x" });
    const seen: number[] = [];
    const report = await check({ onProgress: (done) => seen.push(done) });
    expect(seen).toEqual([1, 2, 3]);
    expect(report).toMatchObject({
      ...{ numFiles: 4, numImages: 3, numReadable: 3, labelsFrom: "folders" },
      ...{ bad: [], copies: [], lookAlikes: [], leaks: [], constant: [], transparent: [], contradictions: [], splits: [] },
      classes: [
        { name: "a", count: 2 },
        { name: "b", count: 1 },
      ],
      shapes: [{ height: 64, width: 64, channels: 3, count: 3 }],
    });
    const red = pictures.slice(0, 3).flatMap(({ data }) => [...data].filter((_, i) => i % 3 === 0));
    const mean = red.reduce((sum, value) => sum + value, 0) / red.length;
    expect(report.statistics[0].mean[0]).toBeCloseTo(mean, 9);
    const variance = red.reduce((sum, value) => sum + (value - mean) ** 2, 0) / red.length;
    expect(report.statistics[0].standardDeviation[0]).toBeCloseTo(Math.sqrt(variance), 6);
  });

  test("every bad file is named with its reason, and the rest is checked", async () => {
    const cut = png(pictures[0]).slice(0, 900);
    await folder.put({ "1.png": png(pictures[0]), "2.png": cut, "3.jpg": "no picture", "4.png": new Uint8Array(0) });
    const { bad, numReadable } = await check();
    expect(numReadable).toBe(1);
    expect(bad.map(({ path }) => path)).toEqual(["2.png", "3.jpg", "4.png"]);
    expect(bad[0].reason).toContain("truncated");
    expect(bad[2].reason).toBe("the file is empty.");
  });

  test("copies, look-alikes, contradictions, constant pictures", async () => {
    const small = resizeImage(pictures[1], { height: 40, width: 40, filter: "lanczos" });
    await folder.put({
      "a/1.png": png(pictures[0]),
      "b/copy.png": png(pictures[0]),
      "a/2.png": png(pictures[1]),
      "a/small.png": png(small),
      "b/black.png": flatPng(0, { size: 9 }),
      "b/grey.png": flatPng(90, { size: 9 }),
    });
    expect(await check()).toMatchObject({
      copies: [["a/1.png", "b/copy.png"]],
      contradictions: [["a/1.png", "b/copy.png"]],
      lookAlikes: [["a/2.png", "a/small.png"]],
      constant: ["b/black.png", "b/grey.png"],
    });
    expect((await check({ likeDistance: 0 })).lookAlikes).toEqual([]);
  });

  test("a lesion, a copy and a look-alike that stand in train and in test", async () => {
    const small = resizeImage(pictures[2], { height: 40, width: 40, filter: "lanczos" });
    await folder.put({
      "train/a/1.png": png(pictures[0]),
      "train/a/2.png": png(pictures[1]),
      "train/b/3.png": png(pictures[2]),
      "test/a/4.png": png(pictures[3]),
      "test/b/5.png": png(pictures[1]),
      "test/b/6.png": png(small),
      "labels.csv":
        "file,class,lesion\ntrain/a/1.png,a,L1\ntrain/a/2.png,a,L2\ntrain/b/3.png,b,L3\ntest/a/4.png,a,L1\ntest/b/5.png,b,L5\ntest/b/6.png,b,L6\n",
    });
    const { leaks, splits, numGroups } = await check({ group: "lesion" });
    expect(numGroups).toBe(5);
    expect(splits).toEqual([
      { name: "test", count: 3 },
      { name: "train", count: 3 },
    ]);
    expect(leaks).toEqual([
      { kind: "group", name: "L1", parts: { test: ["test/a/4.png"], train: ["train/a/1.png"] } },
      { kind: "copy", name: "test/b/5.png", parts: { test: ["test/b/5.png"], train: ["train/a/2.png"] } },
      { kind: "look-alike", name: "test/b/6.png", parts: { test: ["test/b/6.png"], train: ["train/b/3.png"] } },
    ]);
  });

  test("a table that does not fit is told, and the images are checked all the same", async () => {
    await folder.put({ "1.png": png(pictures[0]), "2.png": png(pictures[1]), "labels.csv": "file,class\nx.png,a\n" });
    const { labelProblem, numReadable } = await check();
    expect(labelProblem).toContain("none fits an image");
    expect(numReadable).toBe(2);
  });

  test("images that the table does not name", async () => {
    await folder.put({ "1.png": png(pictures[0]), "2.png": png(pictures[1]), "labels.csv": "file,class\n1.png,a\n" });
    expect((await check()).unlabelled).toEqual(["2.png"]);
  });

  test.each<[Partial<CheckImagesOptions>, string]>([
    [{ source: "/nowhere/at/all" }, "there is no folder or file /nowhere/at/all"],
    [{ likeDistance: 2 }, "likeDistance must lie in [0, 1]; got 2."],
    [{ sources: "x" } as object, 'did you mean "source"'],
    [{}, "there is no image in"],
  ])("refuses %j", async (options, message) => {
    await folder.put({ "notes.txt": "x" });
    const error = await check(options).catch((thrown: unknown) => thrown);
    expect(UsageError.isInstance(error)).toBe(true);
    expect((error as Error).message).toContain(message);
  });
});
