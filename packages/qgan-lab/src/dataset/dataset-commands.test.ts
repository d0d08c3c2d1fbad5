import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodePng, drawSkinLesions, encodePng } from "dataset-zip";
import { openDatasetZipFile } from "dataset-zip/node";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runQgan } from "../cli/testing.ts";
import { openTrainingData } from "../run-folder/training-data.ts";
import { planRun } from "../train/run-plan.ts";
import { checkDataset } from "./check-dataset.ts";
import { extractDataset } from "./extract-dataset.ts";
import { groupByPattern } from "./group-pattern.ts";
import { makeDataset } from "./make-dataset.ts";
import { showDataset } from "./show-dataset.ts";
import { splitDatasetFile } from "./split-dataset-file.ts";

let folder: string;
let zip: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "qgan-lab-"));
  zip = join(folder, "data.zip");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Twelve pictures of six eyes in two classes, and a copy. */
async function putEyes(): Promise<string> {
  const source = join(folder, "eyes");
  const pictures = drawSkinLesions({ count: 12, size: 24, seed: 2 });
  for (const [i, { pixels }] of pictures.entries()) {
    const path = join(source, i < 6 ? "sick" : "sound", `${i >> 1}_${i % 2 === 0 ? "left" : "right"}.png`);
    await mkdir(join(path, ".."), { recursive: true });
    await writeFile(path, encodePng(pixels));
  }
  await writeFile(join(source, "sick", "0_left-copy.png"), encodePng(pictures[0].pixels));
  return source;
}

describe("groupByPattern", () => {
  test("the first bracket, else the match, else the path", () => {
    expect(groupByPattern("(\\d+)_(left|right)")("a/103_left.jpg")).toBe("103");
    expect(groupByPattern("\\d+")("a/103_left.jpg")).toBe("103");
    expect(groupByPattern("(\\d+)x")("a/b.jpg")).toBe("a/b.jpg");
    expect(() => groupByPattern("(")).toThrow("no regular expression");
  });
});

describe("on the command line", () => {
  test("images with transparency and without classes are taken when it is said how, else left out or refused in words", async () => {
    const source = join(folder, "mixed");
    await mkdir(join(source, "a"), { recursive: true });
    const pixels = new Uint8Array(16 * 16).map((_, i) => i);
    const grey = { data: pixels, height: 16, width: 16, channels: 1 };
    await writeFile(join(source, "a", "1.png"), encodePng(grey));
    await writeFile(join(source, "2.png"), encodePng({ ...grey, data: pixels.toReversed() }));
    const clear = await sharp({ create: { width: 16, height: 16, channels: 4, background: "#ff000080" } });
    await writeFile(join(source, "3.png"), await clear.png().toBuffer());
    const refused = await runQgan(["dataset", "create", source, "--out", zip]);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("(labels: false, --labels none)")]);

    const checked = await runQgan(["dataset", "check", source, "--labels", "none"]);
    expect(checked.out).toContain("1 image with transparent pixels, left out of a data set without a background:\n    3.png");
    const made = await runQgan([
      "dataset",
      "create",
      source,
      "--labels",
      "none",
      "--background",
      "white",
      "--channels",
      "3",
      "--out",
      zip,
      "--json",
    ]);
    expect(made.facts.at(-1)).toMatchObject({ kind: "result", count: 3, classes: [], imageShape: [16, 16, 3] });
  });

  test("what stands in the way of a page or a mended zip is told before images are read", async () => {
    const source = await putEyes();
    await writeFile(zip, "mine");
    const facts: unknown[] = [];
    const hooks = { onFact: (fact: unknown) => void facts.push(fact) };
    await expect(checkDataset({ source, fix: zip }, hooks)).rejects.toThrow("data.zip already exists");
    await expect(checkDataset({ source, page: folder }, hooks)).rejects.toThrow("is a folder. Give the name of a file");
    expect(facts).toEqual([]);
    expect(await readFile(zip, "utf8")).toBe("mine");
  });
});

describe("a set of images from check to training", () => {
  test("check, mend, split, show, extract, train", async () => {
    const source = await putEyes();
    const page = join(folder, "check.html");
    const { report, done } = await checkDataset({ source, groupPattern: "(\\d+)_", page, fix: zip });
    expect(report.copies).toEqual([["sick/0_left-copy.png", "sick/0_left.png"]]);
    expect(done).toEqual(["1 left out: a second copy of the same pixels."]);
    const html = await readFile(page, "utf8");
    expect(html).toContain("<h2>Copies</h2>");
    expect(html.match(/data:image\/png/g)).toHaveLength(2);

    const split = await splitDatasetFile({ data: zip, fractions: { train: 0.5, test: 0.5 }, seed: 3 });
    expect(split).toMatchObject({ name: "default", isGrouped: true });
    expect(split.parts.map(({ count }) => count).reduce((a, b) => a + b)).toBe(12);
    const dataset = await openDatasetZipFile(zip);
    await dataset.close();
    const { train, test: held } = dataset.splits.default.split.parts;
    const eyesOf = (indices: readonly number[]) => new Set(indices.map((i) => dataset.groups?.[i]));
    expect([...eyesOf(train)].filter((eye) => eyesOf(held).has(eye))).toEqual([]);

    const sheet = join(folder, "sheet.png");
    const shown = await showDataset({ data: zip, sheet, columns: 4 });
    expect(shown).toMatchObject({
      count: 12,
      numGroups: 6,
      splits: [{ name: "default", parts: { train: train.length, test: held.length } }],
    });
    expect(decodePng(await readFile(sheet))).toMatchObject({ height: 2 * 24 + 2, width: 4 * 26 - 2 });

    const out = join(folder, "parts");
    expect((await extractDataset({ data: zip, out, split: "default" })).count).toBe(12);
    expect((await readdir(out)).sort()).toEqual(["labels.csv", "test", "train"]);
    const again = await checkDataset({ source: out, group: "group" });
    expect(again.report).toMatchObject({ numReadable: 12, numGroups: 6, leaks: [], copies: [], bad: [] });

    const plan = await planRun({ data: zip, out: folder, preset: "tiny", model: "dcgan", modelOptions: { imageSize: 16 } }).catch(
      (error: Error) => error.message,
    );
    expect(plan).toContain("the dataset's are 24×24×3");
    const data = await openTrainingData({ data: zip, split: "default", testFraction: 0, seed: 0 });
    await data.dataset.close();
    expect([data.train, data.heldOut]).toEqual([train, held]);
  });

  test("a run notes the split and its digest; a held-out share goes before the zip's own split", async () => {
    await makeDataset({ out: zip, count: 24, size: 16 });
    const options = { data: zip, out: folder, preset: "tiny", model: "dcgan", metrics: false } as const;
    expect((await planRun(options)).training.split).toBeUndefined();
    await splitDatasetFile({ data: zip });
    const plan = await planRun(options);
    expect(plan.training.split?.name).toBe("default");
    expect(plan.data.numTrain + plan.data.numHeldOut).toBeLessThan(24); // validation is in neither
    await splitDatasetFile({ data: zip, seed: 9, overwrite: true });
    expect((await planRun(options)).training.split?.digest).not.toBe(plan.training.split?.digest);
    expect((await planRun({ ...options, testFraction: 0.25 })).training).toMatchObject({ testFraction: 0.25 });
    await expect(planRun({ ...options, testFraction: 0.25, split: "default" })).rejects.toThrow("not both");
    await expect(planRun({ ...options, split: "defualt" })).rejects.toThrow('did you mean "default"');
  });

  test("folds and subsets have names of their own", async () => {
    await makeDataset({ out: zip, count: 60, size: 16 });
    expect((await splitDatasetFile({ data: zip, folds: 5 })).name).toBe("folds-5");
    const { name, parts } = await splitDatasetFile({ data: zip, subset: 0.5 });
    expect(name).toBe("default-50%");
    expect(parts.map(({ count }) => count)).toEqual([21, 6, 12]);
    expect((await splitDatasetFile({ data: zip, subset: 0.07 })).name).toBe("default-7%");
    await expect(splitDatasetFile({ data: zip, folds: 5, subset: 0.5 })).rejects.toThrow("not both");
    await expect(splitDatasetFile({ data: zip, folds: 5 })).rejects.toThrow('has a split "folds-5" already');
    await expect(extractDataset({ data: zip, out: join(folder, "x"), split: "fold" })).rejects.toThrow('no split "fold"');
  });
});
