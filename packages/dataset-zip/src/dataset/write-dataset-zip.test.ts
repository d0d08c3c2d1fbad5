import { unzipSync } from "fflate";
import { UsageError } from "repro-kit";
import { describe, expect, it } from "vitest";
import { drawSkinLesions } from "../phantoms/draw-skin-lesions.ts";
import { decodePng } from "../png/decode-png.ts";
import type { LabelledImage } from "./labelled-image.ts";
import { writeDatasetZip } from "./write-dataset-zip.ts";

const grey = (value: number, fields: Partial<LabelledImage> = {}): LabelledImage => ({
  pixels: { data: new Uint8Array(4).fill(value), height: 2, width: 2, channels: 1 },
  ...fields,
});
const textOf = (zip: Uint8Array) => new TextDecoder().decode(unzipSync(zip)["dataset.json"]);

describe("writeDatasetZip", () => {
  it("names, stores and labels images as the reference tool does", async () => {
    const zip = await writeDatasetZip([grey(1, { label: 1 }), grey(2, { label: 0, index: 12345 })], { provenance: false });
    const files = unzipSync(zip);
    expect(Object.keys(files)).toEqual(["00000/img00000000.png", "00012/img00012345.png", "dataset.json"]);
    expect([...decodePng(files["00012/img00012345.png"]).data]).toEqual([2, 2, 2, 2]);
    expect(textOf(zip)).toBe('{"labels": [["00000/img00000000.png", 1], ["00012/img00012345.png", 0]]}');
  });

  it("writes null labels unless all images have one, and vectors", async () => {
    const labelsOf = async (...images: LabelledImage[]) => JSON.parse(textOf(await writeDatasetZip(images)));
    expect((await labelsOf(grey(1))).labels).toBe(null);
    const partly = await labelsOf(grey(1, { label: 0 }), grey(2));
    expect(partly.labels).toBe(null);
    expect(partly.provenance).toMatchObject({ numUnlabelled: 1, numImages: 2 });
    expect((await labelsOf(grey(1, { labelVector: [0.5, 1] }))).labels).toEqual([["00000/img00000000.png", [0.5, 1]]]);
  });

  it("tells where the images came from, in plain ASCII", async () => {
    const images = [grey(1, { label: 0, group: "p1", source: "naïve/1.png" }), grey(2, { label: 1 })];
    const zip = await writeDatasetZip(images, { classes: ["mélanome", "b"], provenance: () => ({ filter: "lanczos" }) });
    expect(textOf(zip)).toContain("m\\u00e9lanome");
    expect(JSON.parse(textOf(zip))).toMatchObject({
      classes: ["mélanome", "b"],
      provenance: {
        ...{ numImages: 2, shape: "2 × 2 with 1 channels", counts: { mélanome: 1, b: 1 } },
        ...{ groups: ["p1", null], sources: ["naïve/1.png", null], filter: "lanczos" },
      },
    });
  });

  it("gives the same bytes for the same images", async () => {
    const write = () => writeDatasetZip(drawSkinLesions({ count: 5, size: 16, seed: 3 }));
    expect(await write()).toEqual(await write());
  });

  it("reports progress and stops when told", async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const onProgress = (count: number) => {
      seen.push(count);
      if (count === 2) controller.abort();
    };
    const images = [grey(1), grey(2), grey(3)];
    await expect(writeDatasetZip(images, { onProgress, signal: controller.signal })).rejects.toThrow(
      "stopped; no zip was written",
    );
    expect(seen).toEqual([1, 2]);
  });

  const rgb: LabelledImage = { pixels: { data: new Uint8Array(12), height: 2, width: 2, channels: 3 } };
  it.each([
    ["no image", [], {}, "there is no image to write"],
    ["mixed shapes", [grey(1), { ...rgb, source: "x.png" }], {}, '"x.png" is 2 × 2 with 3 channels'],
    [
      "a label beyond the classes",
      [grey(1, { label: 2 })],
      { classes: ["a", "b"] },
      "below 2, the number of classes; image 0 has 2",
    ],
    ["a label that is no index", [grey(1, { label: 0.5 })], {}, "labels must be class indices"],
    ["an infinite label", [grey(1, { labelVector: [Number.NaN] })], {}, "finite number"],
    ["a repeated index", [grey(1, { index: 3 }), grey(1, { index: 3 })], {}, "index must grow"],
    ["an unknown option", [grey(1)], { clases: [] }, 'did you mean "classes"'],
  ])("refuses %s", async (_, images, options, sentence) => {
    await expect(writeDatasetZip(images as LabelledImage[], options as object)).rejects.toThrow(sentence);
    await expect(writeDatasetZip(images as LabelledImage[], options as object)).rejects.toThrow(UsageError);
  });
});
