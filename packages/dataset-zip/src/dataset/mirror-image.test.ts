import { expect, test } from "vitest";
import { mirrorImage } from "./mirror-image.ts";

test("reverses columns, rows, or both, and keeps the channels of a pixel together", () => {
  const pixels = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12); // [2, 2, 3]
  const seen = (isMirrored: boolean, isFlipped: boolean) => [...mirrorImage(pixels, [2, 2, 3], { isMirrored, isFlipped })];
  expect(seen(true, false)).toEqual([4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9]);
  expect(seen(false, true)).toEqual([7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6]);
  expect(seen(true, true)).toEqual([10, 11, 12, 7, 8, 9, 4, 5, 6, 1, 2, 3]);
  expect(mirrorImage(pixels, [2, 2, 3], { isMirrored: false, isFlipped: false })).toBe(pixels);
});
