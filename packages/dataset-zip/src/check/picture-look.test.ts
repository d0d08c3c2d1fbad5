import { type RasterImage, resizeImage } from "array-kernels";
import { describe, expect, test } from "vitest";
import { drawSkinLesions } from "../phantoms/draw-skin-lesions.ts";
import { HASH_BITS, hashDistance, lookDistance, pictureLook } from "./picture-look.ts";

const [picture, other] = drawSkinLesions({ count: 2, size: 96, seed: 3 }).map(({ pixels }) => pixels);
const map = (image: RasterImage<Uint8Array>, f: (value: number) => number): RasterImage<Uint8Array> => ({
  ...image,
  data: image.data.map((value) => Math.max(0, Math.min(255, f(value)))),
});

describe("pictureLook", () => {
  const look = pictureLook(picture);
  test.each<[string, RasterImage<Uint8Array>, number]>([
    ["itself", picture, 0],
    ["half the size", resizeImage(picture, { height: 48, width: 48, filter: "lanczos" }), 0.03],
    ["twice the size, stretched", resizeImage(picture, { height: 192, width: 150, filter: "bicubic" }), 0.03],
    ["a tenth darker", map(picture, (value) => 0.9 * value), 0.02],
    ["less contrast", map(picture, (value) => 60 + 0.5 * value), 0.02],
  ])("%s looks alike", (_, copy, atMost) => {
    expect(lookDistance(look, pictureLook(copy))).toBeLessThanOrEqual(atMost);
    expect(hashDistance(look.hash, pictureLook(copy).hash)).toBeLessThanOrEqual(HASH_BITS / 16);
  });

  test("another picture, and the negative, do not", () => {
    expect(lookDistance(look, pictureLook(other))).toBeGreaterThan(0.3);
    expect(lookDistance(look, pictureLook(map(picture, (value) => 255 - value)))).toBeCloseTo(2, 1);
  });

  test("cells are means over areas: a picture of 16 × 17 pixels is its own cells", () => {
    const data = Uint8Array.from({ length: 16 * 17 }, (_, i) => (i * 37) % 251);
    const { cells } = pictureLook({ data, height: 16, width: 17, channels: 1 });
    const large = pictureLook(
      resizeImage({ data, height: 16, width: 17, channels: 1 }, { height: 48, width: 51, filter: "nearest" }),
    );
    expect(lookDistance({ cells, hash: large.hash }, large)).toBeLessThan(1e-3);
  });

  test("one pixel, one colour, alpha: a look all the same", () => {
    const flat = pictureLook({ data: new Uint8Array([7]), height: 1, width: 1, channels: 1 });
    expect(flat.cells.every((value) => value === 0)).toBe(true);
    const rgba = new Uint8Array(96 * 96 * 4).map((_, i) =>
      i % 4 === 3 ? (i * 7) & 255 : picture.data[((i >> 2) * 3 + (i % 4)) as number],
    );
    expect(lookDistance(look, pictureLook({ data: rgba, height: 96, width: 96, channels: 4 }))).toBe(0);
  });
});

test("hashDistance counts bits", () => {
  const words = (...given: number[]) => Uint32Array.from({ length: 8 }, (_, i) => given[i] ?? 0);
  expect(hashDistance(words(), words(0xffffffff, 1))).toBe(33);
  expect(hashDistance(words(0b1010, 0, 0, 0, 0, 0, 0, 0x80000000), words(0b0110))).toBe(3);
});
