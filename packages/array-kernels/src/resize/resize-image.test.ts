import { createRng } from "repro-kit";
import { describe, expect, test } from "vitest";
import pillow from "./__fixtures__/pillow.json" with { type: "json" };
import { pillowAxisPlan, type ResizeFilter, resizeFilters } from "./pillow-plan.ts";
import type { RasterImage } from "./raster-image.ts";
import { resampleBytesHeight, resampleBytesWidth } from "./resize-bytes-plain.ts";
import { resizeImage } from "./resize-image.ts";

const pattern = (length: number): number[] => Array.from({ length }, (_, i) => (7 * i * i + 131 * i) % 251);

describe("resizeImage equals Pillow", () => {
  const cases = pillow.cases.map((one) => ({ ...one, name: `${one.type} ${one.height}×${one.width}×${one.channels}` }));
  test.each(cases)("$name to $to, $filter", ({ height, width, channels, to, filter, type, base64 }) => {
    const values = pattern(height * width * channels);
    const expected = new Uint8Array(Buffer.from(base64, "base64"));
    const options = { height: to[0], width: to[1], filter: filter as ResizeFilter }; // the fixture's own names
    if (type === "uint8") {
      const resized = resizeImage({ data: Uint8Array.from(values), height, width, channels }, options);
      expect(resized).toEqual({ data: expected, height: to[0], width: to[1], channels });
    } else {
      const data = Float32Array.from(values, (value) => value / 3);
      expect(resizeImage({ data, height, width, channels }, options).data).toEqual(new Float32Array(expected.buffer));
    }
  });
});

describe("resizeImage", () => {
  const rng = createRng(8);
  const image = (height: number, width: number, channels: number): RasterImage<Uint8Array> => ({
    data: Uint8Array.from({ length: height * width * channels }, () => rng.integer(256)),
    height,
    width,
    channels,
  });

  test.each([1, 2, 3, 4, 5])("the wasm passes equal the plain ones, %i channels", (channels) => {
    for (let trial = 0; trial < 40; trial++) {
      const from = image(1 + rng.integer(70), 1 + rng.integer(70), channels);
      const [height, width] = [1 + rng.integer(70), 1 + rng.integer(70)];
      const filter = resizeFilters[1 + rng.integer(5)];
      const rows = pillowAxisPlan(from.height, height, filter);
      const columns = pillowAxisPlan(from.width, width, filter);
      const inOneAxis = resizeImage(from, { height: from.height, width, filter });
      if (width !== from.width)
        expect(Buffer.compare(inOneAxis.data, resampleBytesWidth(from.data, from.height, channels, columns))).toBe(0);
      const other = resizeImage(from, { height, width: from.width, filter });
      if (height !== from.height)
        expect(Buffer.compare(other.data, resampleBytesHeight(from.data, from.width * channels, rows))).toBe(0);
    }
  });

  test("a constant stays a constant, and equal sizes are copied", () => {
    for (const filter of resizeFilters) {
      const from = { data: new Uint8Array(9 * 14 * 3).fill(201), height: 9, width: 14, channels: 3 };
      expect(new Set(resizeImage(from, { height: 31, width: 5, filter }).data)).toEqual(new Set([201]));
      const same = resizeImage(from, { height: 9, width: 14, filter });
      expect(same).toEqual(from);
      expect(same.data).not.toBe(from.data);
    }
  });

  test("float64 is not rounded: halving by box is the mean", () => {
    const from = { data: Float64Array.of(1, 2, 4, 9), height: 1, width: 4, channels: 1 };
    expect(resizeImage(from, { height: 1, width: 2, filter: "box" }).data).toEqual(Float64Array.of(1.5, 6.5));
  });

  test("the argument is left alone", () => {
    const from = image(8, 8, 3);
    const before = from.data.slice();
    resizeImage(from, { height: 3, width: 5, filter: "lanczos" });
    expect(from.data).toEqual(before);
  });

  test("an image larger than what is kept in memory", () => {
    const pixels = new Uint8Array(5000 * 4700 * 3).map((_, i) => Math.imul(i, 0x9e3779b1) >>> 24);
    const from = { data: pixels, height: 5000, width: 4700, channels: 3 };
    const { data } = resizeImage(from, { height: 5000, width: 10, filter: "bilinear" });
    const plan = pillowAxisPlan(4700, 10, "bilinear");
    expect(Buffer.compare(data, resampleBytesWidth(from.data, 5000, 3, plan))).toBe(0);
  });

  test("mistakes are told", () => {
    const from = image(4, 4, 3);
    const to = { height: 2, width: 2, filter: "box" } as const;
    expect(() => resizeImage(from, { ...to, filter: "cubic" as "box" })).toThrow(/no filter named "cubic"; known: nearest, box/);
    expect(() => resizeImage(from, { ...to, height: 0 })).toThrow(
      /expected height to be a whole number from 1 to 1048576; got 0/,
    );
    expect(() => resizeImage({ ...from, width: 5 }, to)).toThrow(/expected 4×5×3 = 60 values; got 48/);
    const floats = { ...from, data: Float32Array.from(from.data).fill(Number.NaN, 7, 8) };
    expect(() => resizeImage(floats, to)).toThrow(/got NaN at index 7/);
    // @ts-expect-error an unknown option
    expect(() => resizeImage(from, { ...to, antialias: true })).toThrow(/unknown option "antialias"/);
    // @ts-expect-error not an array of pixels
    expect(() => resizeImage({ ...from, data: [1] }, to)).toThrow(/Uint8Array, Float32Array or Float64Array/);
  });
});
