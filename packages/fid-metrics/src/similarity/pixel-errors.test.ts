import { expect, test } from "vitest";
import { pixelErrors } from "./pixel-errors.ts";

const image = (...values: number[]) => ({ data: Uint8Array.from(values), height: 1, width: values.length, channels: 1 });

test("differences of known images", () => {
  const { meanSquared, meanAbsolute, peakSignalToNoise } = pixelErrors(image(0, 10, 255), image(3, 6, 255));
  expect(meanSquared).toBeCloseTo(25 / 3, 12);
  expect(meanAbsolute).toBeCloseTo(7 / 3, 12);
  expect(peakSignalToNoise).toBeCloseTo(10 * Math.log10((255 * 255 * 3) / 25), 12);
  expect(pixelErrors(image(1, 2), image(1, 2)).peakSignalToNoise).toBe(Number.POSITIVE_INFINITY);
});

test("unlike sizes and a range without extent are refused", () => {
  expect(() => pixelErrors(image(1, 2), image(1))).toThrow("one size; got 1×2×1 and 1×1×1");
  expect(() => pixelErrors(image(1), image(1), { range: 0 })).toThrow("range must be positive");
});
