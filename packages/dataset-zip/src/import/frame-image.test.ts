import { type RasterImage, resizeImage } from "array-kernels";
import { describe, expect, it } from "vitest";
import { frameImage } from "./frame-image.ts";

/** Every pixel holds its own row (channel 0) and column (channel 1). */
const grid = (height: number, width: number): RasterImage<Uint8Array> => ({
  data: Uint8Array.from(
    { length: height * width * 3 },
    (_, i) => [Math.floor(i / 3 / width), Math.floor(i / 3) % width, 7][i % 3],
  ),
  ...{ height, width, channels: 3 },
});
const lanczos = { filter: "lanczos" } as const;
const corner = ({ data }: RasterImage<Uint8Array>) => [data[0], data[1]];

describe("frameImage", () => {
  it("crops the middle as the reference tool does", () => {
    const cropped = frameImage(grid(5, 10), { height: 5, width: 5, transform: "center-crop", ...lanczos });
    expect(cropped && corner(cropped)).toEqual([0, 2]); // columns (10 − 5) div 2 to (10 + 5) div 2
    const tall = frameImage(grid(9, 4), { height: 4, width: 4, transform: "center-crop", ...lanczos });
    expect(tall && corner(tall)).toEqual([2, 0]);
    const resized = frameImage(grid(8, 12), { height: 4, width: 4, transform: "center-crop", ...lanczos });
    const middle = frameImage(grid(8, 12), { height: 8, width: 8, transform: "center-crop", ...lanczos });
    expect(resized).toEqual(middle && resizeImage(middle, { height: 4, width: 4, ...lanczos }));
  });

  it("cuts out the largest part of an oblong shape", () => {
    const oblong = frameImage(grid(10, 10), { height: 5, width: 10, transform: "center-crop", ...lanczos });
    expect([oblong?.height, oblong?.width, oblong?.data[0]]).toEqual([5, 10, 2]);
  });

  it("leaves alone what has the size", () => {
    const image = grid(6, 6);
    for (const transform of ["center-crop", "stretch", "pad"] as const)
      expect(frameImage(image, { height: 6, width: 6, transform, ...lanczos })).toEqual(image);
  });

  it("stretches and pads", () => {
    const stretched = frameImage(grid(4, 8), { height: 4, width: 4, transform: "stretch", ...lanczos });
    expect(stretched).toEqual(resizeImage(grid(4, 8), { height: 4, width: 4, ...lanczos }));
    const padded = frameImage(grid(4, 8), { height: 8, width: 8, transform: "pad", ...lanczos });
    expect(padded?.data.subarray(0, 2 * 8 * 3).every((byte) => byte === 0)).toBe(true);
    expect(padded?.data.subarray(2 * 8 * 3, 6 * 8 * 3)).toEqual(grid(4, 8).data);
  });

  it("lays a wide band on black, or drops a picture that is too small", () => {
    const options = { height: 4, width: 8, transform: "center-crop-wide", ...lanczos } as const;
    const wide = frameImage(grid(8, 16), options);
    expect([wide?.height, wide?.width]).toEqual([8, 8]);
    expect(wide?.data.subarray(0, 2 * 8 * 3).every((byte) => byte === 0)).toBe(true);
    expect(frameImage(grid(8, 7), options)).toBeUndefined();
    expect(frameImage(grid(3, 16), options)).toBeUndefined();
  });
});
