import { unzipSync, zipSync } from "fflate";
import { createRng, UsageError } from "repro-kit";
import { describe, expect, it } from "vitest";
import { drawSkinLesions, SKIN_LESION_CLASSES } from "../phantoms/draw-skin-lesions.ts";
import { encodePng } from "../png/encode-png.ts";
import { makeTestPng, randomSamples } from "../testing/make-test-png.ts";
import { mirrorImage } from "./mirror-image.ts";
import { openDatasetZip } from "./open-dataset-zip.ts";
import { writeDatasetZip } from "./write-dataset-zip.ts";

const images = drawSkinLesions({ count: 7, size: 16, seed: 1 });
const zip = await writeDatasetZip(images, { classes: SKIN_LESION_CLASSES, provenance: { filter: "none" } });
const files = unzipSync(zip);
const json = (content: unknown) => new TextEncoder().encode(JSON.stringify(content));
const png = (height: number, width: number, channels: number) =>
  encodePng({ data: new Uint8Array(height * width * channels), height, width, channels });

describe("openDatasetZip", () => {
  for (const [kind, source] of [
    ["bytes", zip],
    ["a Blob", new Blob([zip.slice()])],
  ] as const)
    it(`reads back what was written, from ${kind}`, async () => {
      const dataset = await openDatasetZip(source);
      expect(dataset.count).toBe(7);
      expect(dataset.imageShape).toEqual([16, 16, 3]);
      expect(dataset.classes).toEqual(SKIN_LESION_CLASSES);
      expect([...(dataset.labels ?? [])]).toEqual([0, 1, 2, 0, 1, 2, 0]);
      expect(dataset.groups).toEqual(images.map(({ group }) => group));
      expect(dataset.sources).toEqual(images.map(({ source: origin }) => origin));
      expect(dataset.provenance).toMatchObject({ filter: "none", numImages: 7 });
      expect(dataset.name(3)).toBe("00000/img00000003.png");
      expect(await dataset.image(4)).toEqual(images[4].pixels.data);
      expect(await dataset.images([2, 0, 2])).toEqual(Uint8Array.from([2, 0, 2].flatMap((i) => [...images[i].pixels.data])));
      await expect(dataset.image(7)).rejects.toThrow("image numbers lie in [0, 7); got 7");
      await dataset.close();
    });

  it("gives the same batch as numbers in [-1, 1], into an array of the caller's too", async () => {
    const dataset = await openDatasetZip(await writeDatasetZip(drawSkinLesions({ count: 3, size: 8, seed: 1 })));
    const options = { mirrored: [true, false], flipped: [true, true] };
    const bytes = await dataset.images([2, 0], options);
    const floats = await dataset.floats([2, 0], options);
    expect(floats).toEqual(Float32Array.from(bytes, (byte) => byte / 127.5 - 1));
    const into = new Float32Array(floats.length);
    expect(await dataset.floats([2, 0], { ...options, into })).toBe(into);
    expect(into).toEqual(floats);
    await expect(dataset.floats([2], { into })).rejects.toThrow("into must hold 192 numbers for these images; it holds 384.");
    const turned = mirrorImage(await dataset.image(2), dataset.imageShape, { isMirrored: true, isFlipped: true });
    expect(bytes.subarray(0, 192)).toEqual(turned);
  });

  it("mirrors the images that are marked", async () => {
    const dataset = await openDatasetZip(zip);
    const [plain, mirrored] = [await dataset.images([1]), await dataset.images([1], { mirrored: [true] })];
    const at = (pixels: Uint8Array, y: number, x: number) => [...pixels.subarray((y * 16 + x) * 3, (y * 16 + x) * 3 + 3)];
    for (const [y, x] of [
      [0, 0],
      [5, 3],
      [15, 15],
    ])
      expect(at(mirrored, y, x)).toEqual(at(plain, y, 15 - x));
  });

  it("has a digest of what training sees, not of the notes beside it", async () => {
    const digest = async (bytes: Uint8Array) => (await openDatasetZip(bytes)).digest;
    const other = await writeDatasetZip(images, { classes: SKIN_LESION_CLASSES, provenance: { filter: "other" } });
    expect(await digest(other)).toBe(await digest(zip));
    expect(await digest(await writeDatasetZip(images.slice(1)))).not.toBe(await digest(zip));
    expect(await digest(zip)).toMatch(/^[0-9a-f]{64}$/);
  });

  it("reads compressed zips of compressed PNGs, without dataset.json, whatever else lies in them", async () => {
    const field = { width: 9, height: 5, colorType: 0, bitDepth: 8 } as const;
    const pixels = [1, 2].map((seed) => randomSamples(createRng(seed), field));
    const packed = zipSync({
      "b.png": makeTestPng({ ...field, samples: pixels[1] }),
      "a.png": makeTestPng({ ...field, samples: pixels[0], isInterlaced: true }),
      "readme.txt": new Uint8Array(3),
      "__MACOSX/._a.png": new Uint8Array(3),
    });
    const dataset = await openDatasetZip(packed);
    expect([dataset.count, dataset.imageShape, dataset.labels, dataset.classes]).toEqual([2, [5, 9, 1], null, []]);
    expect(await dataset.images([0, 1])).toEqual(Uint8Array.from(pixels.flatMap((samples) => [...samples])));
  });

  it("reads label vectors and labels given as an object", async () => {
    const vectors = await openDatasetZip(
      zipSync({ "a.png": png(2, 2, 1), "dataset.json": json({ labels: [["a.png", [0, 1.5]]] }) }),
    );
    expect([vectors.labels, vectors.labelVectors, vectors.classes]).toEqual([null, [[0, 1.5]], ["0", "1"]]);
    const object = await openDatasetZip(zipSync({ "a.png": png(2, 2, 1), "dataset.json": json({ labels: { "a.png": 3 } }) }));
    expect([[...(object.labels ?? [])], object.classes.length]).toEqual([[3], 4]);
  });

  const [first, second] = Object.keys(files);
  const pairs = Object.keys(files)
    .filter((name) => name.endsWith(".png"))
    .map((name): [string, number] => [name, 0]);
  const packed = (changed: Readonly<Record<string, Uint8Array>>) => zipSync({ ...files, ...changed });
  it.each([
    ["a truncated zip", zip.subarray(0, 5000), "truncated"],
    ["no zip", files[first], "not a zip"],
    ["no images", zipSync({ "a.txt": new Uint8Array(3) }), "holds no PNG image"],
    ["JPEG entries", packed({ "00000/img1.jpg": new Uint8Array(3) }), 'got "00000/img1.jpg". Import the zip first'],
    ["mixed sizes", packed({ [second]: png(16, 8, 3) }), `"${second}" is 16 × 8 with 3 channels, "${first}" 16 × 16`],
    ["mixed channels", packed({ [second]: png(16, 16, 1) }), "16 × 16 with 1 channel,"],
    [
      "an alpha channel",
      zipSync({ "a.png": makeTestPng({ width: 1, height: 1, colorType: 6, bitDepth: 8, samples: new Uint16Array(4) }) }),
      "alpha channel",
    ],
    [
      "a damaged first image",
      packed({ [first]: files[first].map((byte, i) => (i === 60 ? byte ^ 1 : byte)) }),
      `(entry "${first}")`,
    ],
    ["a label missing", packed({ "dataset.json": json({ labels: pairs.slice(1) }) }), `no label for "${first}"`],
    [
      "too many labels",
      packed({ "dataset.json": json({ labels: [...pairs, ["x.png", 1]] }) }),
      "labels 8 images, but the zip holds 7",
    ],
    ["labels that are no list", packed({ "dataset.json": json({ labels: "yes" }) }), "must be a list of [file, label]"],
    ["broken JSON", packed({ "dataset.json": new Uint8Array([123]) }), "is not JSON"],
    ["a negative label", packed({ "dataset.json": json({ labels: pairs.map(([name]) => [name, -1]) }) }), "class indices ≥ 0"],
    [
      "numbers beside vectors",
      packed({ "dataset.json": json({ labels: pairs.map(([name], i) => [name, i ? 1 : [1]]) }) }),
      "vectors of one length",
    ],
    [
      "too few classes",
      packed({ "dataset.json": json({ labels: pairs.map(([name], i) => [name, i]), classes: ["a"] }) }),
      "names 1 classes, but its labels need 7",
    ],
    [
      "groups of a wrong length",
      packed({ "dataset.json": json({ labels: null, provenance: { groups: ["a"] } }) }),
      '"groups" in dataset.json',
    ],
  ])("refuses %s", async (_, bytes, sentence) => {
    await expect(openDatasetZip(bytes)).rejects.toThrow(sentence);
    await expect(openDatasetZip(bytes)).rejects.toThrow(UsageError);
  });
});
