import { describe, expect, test } from "vitest";
import { centerCrop, resizeShorterSide } from "./crop.ts";
import type { RasterImage } from "./raster-image.ts";
import { resizeImage } from "./resize-image.ts";

/** Pixel values count from 1 in row order. */
const counted = (height: number, width: number): RasterImage<Uint8Array> => ({
  data: Uint8Array.from({ length: height * width }, (_, i) => i + 1),
  height,
  width,
  channels: 1,
});

describe("centerCrop", () => {
  test("takes the middle", () => {
    expect([...centerCrop(counted(4, 4), { height: 2, width: 2 }).data]).toEqual([6, 7, 10, 11]);
  });

  test.each([
    [5, 4, 0],
    [7, 4, 2],
    [9, 4, 2],
    [11, 4, 4],
  ])("an offset of ½ goes to the even neighbour, as Python rounds: %i to %i begins at %i", (from, to, begins) => {
    expect(centerCrop(counted(1, from), { height: 1, width: to }).data[0]).toBe(begins + 1);
  });

  test("pads with zeros, the smaller half first", () => {
    const { data } = centerCrop(counted(1, 2), { height: 2, width: 5 });
    expect([...data]).toEqual([0, 1, 2, 0, 0, 0, 0, 0, 0, 0]);
    expect([...centerCrop(counted(3, 1), { height: 1, width: 3 }).data]).toEqual([0, 2, 0]);
  });

  test("keeps channels together, and refuses unknown options", () => {
    const image = { data: Float32Array.of(1, 2, 3, 4, 5, 6), height: 1, width: 3, channels: 2 };
    expect([...centerCrop(image, { height: 1, width: 1 }).data]).toEqual([3, 4]);
    // @ts-expect-error an unknown option
    expect(() => centerCrop(image, { size: 2 })).toThrow(/unknown option "size"/);
  });
});

describe("resizeShorterSide", () => {
  test.each([
    [10, 15, 4, 4, 6],
    [15, 10, 4, 6, 4],
    [7, 10, 3, 3, 4],
    [6, 6, 9, 9, 9],
  ])("%i×%i with size %i is %i×%i", (height, width, size, outHeight, outWidth) => {
    const image = counted(height, width);
    expect(resizeShorterSide(image, { size })).toEqual(
      resizeImage(image, { height: outHeight, width: outWidth, filter: "bilinear" }),
    );
  });
});
