import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "repro-kit";
import { describe, expect, it } from "vitest";
import pillow from "./__fixtures__/pillow-pixels.json";
import upright from "./__fixtures__/pillow-upright.json";
import { decodeImage } from "./decode-image.ts";

const fixture = (name: string) => readFile(join(import.meta.dirname, "__fixtures__", name));
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const asStored = { orientation: "ignore", maxPixels: 1e6 } as const;

describe("decodeImage", () => {
  it.each(pillow.files)("gives Pillow's pixels: $file", async ({ file, ...expected }) => {
    const { data, ...shape } = await decodeImage(await fixture(file), asStored);
    expect({ ...shape, sha256: sha256(data) }).toEqual(expected);
  });

  it.each(upright)("gives Pillow's pixels, turned upright: $file", async ({ file, ...expected }) => {
    const { data, ...shape } = await decodeImage(await fixture(file), { ...asStored, orientation: "apply" });
    expect({ ...shape, sha256: sha256(data) }).toEqual(expected);
  });

  it("leaves a picture as it is stored where asked to, but for a TIFF, which Pillow turns in any case", async () => {
    const sizeOf = async (name: string) => {
      const { height, width } = await decodeImage(await fixture(name), asStored);
      return [height, width];
    };
    expect(await Promise.all(["turned-5.png", "turned-5.jpg", "turned-5.webp", "turned-5.tif"].map(sizeOf))).toEqual([
      [12, 10],
      [12, 10],
      [12, 10],
      [10, 12],
    ]);
  });

  it("refuses pixels that have no agreed range", async () => {
    await expect(decodeImage(await fixture("float.tif"), asStored)).rejects.toThrow("pixels of type float have no agreed range");
  });

  it("turns a picture upright when asked to", async () => {
    const { data, height, width } = await decodeImage(await fixture("turned.jpg"), { ...asStored, orientation: "apply" });
    expect({ height, width, sha256: sha256(data) }).toEqual(pillow.turnedUpright);
  });

  it("refuses what is cut short, damaged, no picture or too large", async () => {
    const jpeg = await fixture("chroma420.jpg");
    const broken: [Uint8Array, string][] = [
      [jpeg.subarray(0, jpeg.length - 100), "damaged, truncated or no image"],
      [jpeg.subarray(0, 60), "damaged, truncated or no image"],
      [new TextEncoder().encode("not a picture"), "damaged, truncated or no image"],
      [new Uint8Array(0), "the file is empty"],
      [new TextEncoder().encode("BM bitmap"), "the BMP file is truncated."],
    ];
    for (const [bytes, sentence] of broken) {
      await expect(decodeImage(bytes, asStored)).rejects.toThrow(sentence);
      await expect(decodeImage(bytes, asStored)).rejects.toThrow(UsageError);
    }
    await expect(decodeImage(jpeg, { ...asStored, maxPixels: 100 })).rejects.toThrow("pixel limit");
  });
});
