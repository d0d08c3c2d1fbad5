import { describe, expect, test } from "vitest";
import type { RasterImage } from "./raster-image.ts";
import { type ResizeTorchOptions, resizeTensorflow1, resizeTorch } from "./resize-torch.ts";

const line = (...values: number[]): RasterImage<Float32Array> => ({
  data: Float32Array.from(values),
  height: 1,
  width: values.length,
  channels: 1,
});
const across = (
  image: RasterImage<Float32Array>,
  width: number,
  rest: Omit<ResizeTorchOptions, "height" | "width">,
): number[] => [...resizeTorch(image, { height: 1, width, ...rest }).data];

/** Float32 results of weights that are exact in decimal. */
const DIGITS = 5;
const expectClose = (ours: readonly number[], expected: readonly number[]): void => {
  expect(ours.length).toBe(expected.length);
  for (const [i, value] of ours.entries()) expect(value).toBeCloseTo(expected[i], DIGITS);
};

// The numbers are worked out by hand from the definitions; every mode is compared with torch itself by `npm run golden -- eval/resize`.
describe("resizeTorch", () => {
  test("bilinear samples between pixel centres and clamps at the border", () => {
    expectClose(across(line(0, 4), 4, { mode: "bilinear" }), [0, 1, 3, 4]);
    expectClose(across(line(0, 4), 3, { mode: "bilinear", alignCorners: true }), [0, 2, 4]);
    expectClose(across(line(0, 100, 0, 100), 2, { mode: "bilinear" }), [50, 50]);
    expectClose(across(line(3, 5), 1, { mode: "bilinear", alignCorners: true }), [3]);
  });

  test("bicubic has a = −0.75, with antialias −0.5", () => {
    // At fraction ½: weights −a/8·(−1) = a/8, ½ − a/8, the same mirrored.
    expectClose(across(line(0, 0, 1, 0, 0, 0), 12, { mode: "bicubic" }).slice(3, 5), [0.2617188, 0.8789063]);
    const ramp = across(line(0, 1, 2, 3, 4, 5, 6, 7), 4, { mode: "bicubic", antialias: true });
    expectClose([ramp[0] + ramp[3], ramp[1] + ramp[2]], [7, 7]);
  });

  test("antialiased bilinear is a triangle twice as wide when the size halves", () => {
    // Weights ¼·(½, 1½, 1½, ½), cut and normalised at the border.
    expectClose(across(line(0, 8, 0, 0, 0, 0), 3, { mode: "bilinear", antialias: true }), [24 / 7, 1, 0]);
  });

  test("area is the mean of the pixels that an output touches", () => {
    expectClose(across(line(1, 2, 3, 4, 5), 2, { mode: "area" }), [2, 4]);
    expectClose(across(line(1, 3), 4, { mode: "area" }), [1, 1, 3, 3]);
  });

  test("nearest takes ⌊i·scale⌋", () => {
    expectClose(across(line(1, 2, 3, 4, 5), 3, { mode: "nearest" }), [1, 2, 4]);
    expectClose(across(line(1, 2), 5, { mode: "nearest" }), [1, 1, 1, 2, 2]);
  });

  test("both axes and all channels", () => {
    const image = { data: Float32Array.of(0, 10, 2, 20, 4, 30, 6, 40), height: 2, width: 2, channels: 2 };
    const { data, ...shape } = resizeTorch(image, { height: 1, width: 1, mode: "area" });
    expect([...data]).toEqual([3, 25]);
    expect(shape).toEqual({ height: 1, width: 1, channels: 2 });
  });

  test("mistakes are told", () => {
    expect(() => across(line(1), 1, { mode: "linear" as "area" })).toThrow(/no mode named "linear"; known: nearest/);
    expect(() => across(line(1), 1, { mode: "area", antialias: true })).toThrow(/need bilinear or bicubic; got area/);
    // @ts-expect-error torch's spelling
    expect(() => across(line(1), 1, { mode: "area", align_corners: true })).toThrow(/unknown option "align_corners"/);
  });
});

describe("resizeTensorflow1", () => {
  test("has no half-pixel centres: output i is at i·in/out", () => {
    expectClose([...resizeTensorflow1(line(0, 4), { height: 1, width: 4 }).data], [0, 2, 4, 4]);
    expectClose([...resizeTensorflow1(line(0, 1, 2, 3), { height: 1, width: 2 }).data], [0, 2]);
  });
});
