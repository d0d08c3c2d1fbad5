import { describe, expect, it } from "vitest";
import { exifOrientation, pngOrientation, turnUpright } from "./turn-upright.ts";

/** A TIFF header and a directory of one entry. */
function exif(isLittle: boolean, { tag = 0x0112, type = 3, value = 6, start = 8 } = {}): Uint8Array {
  const bytes = new Uint8Array(26);
  const view = new DataView(bytes.buffer);
  bytes.set(isLittle ? [0x49, 0x49, 0x2a, 0] : [0x4d, 0x4d, 0, 0x2a]);
  view.setUint32(4, start, isLittle);
  view.setUint16(8, 1, isLittle);
  view.setUint16(10, tag, isLittle);
  view.setUint16(12, type, isLittle);
  view.setUint32(14, 1, isLittle);
  view.setUint16(18, value, isLittle);
  return bytes;
}

describe("exifOrientation", () => {
  it("is read in both byte orders", () => expect([exifOrientation(exif(true)), exifOrientation(exif(false))]).toEqual([6, 6]));

  it.each([
    ["another tag", exif(true, { tag: 0x0110 })],
    ["a value that means nothing", exif(true, { value: 9 })],
    ["another type", exif(false, { type: 4 })],
    ["a directory beyond the end", exif(true, { start: 2 ** 32 - 1 })],
    ["a directory that is cut off", exif(true).subarray(0, 15)],
    ["no TIFF header", new Uint8Array(26)],
    ["nothing", new Uint8Array(0)],
  ])("is 1 for %s", (_, bytes) => expect(exifOrientation(bytes)).toBe(1));
});

it("is 1 for a PNG without eXIf", () => expect(pngOrientation(new Uint8Array(8))).toBe(1));

// PIL.ImageOps.exif_transpose of [[1, 2, 3], [4, 5, 6]] with each orientation
it.each([
  [1, [1, 2, 3, 4, 5, 6]],
  [2, [3, 2, 1, 6, 5, 4]],
  [3, [6, 5, 4, 3, 2, 1]],
  [4, [4, 5, 6, 1, 2, 3]],
  [5, [1, 4, 2, 5, 3, 6]],
  [6, [4, 1, 5, 2, 6, 3]],
  [7, [6, 3, 5, 2, 4, 1]],
  [8, [3, 6, 2, 5, 1, 4]],
])("turnUpright undoes orientation %i", (orientation, expected) => {
  const { data, height, width } = turnUpright(
    { data: Uint8Array.of(1, 2, 3, 4, 5, 6), height: 2, width: 3, channels: 1 },
    orientation,
  );
  expect([[...data], height, width]).toEqual([expected, orientation > 4 ? 3 : 2, orientation > 4 ? 2 : 3]);
});
