import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { NUM_ORIENTATION, orientationFeatures } from "./orientation-features.ts";

test.each([
  [8, 8],
  [13, 21],
  [64, 64],
])("a mirror image of %d×%d has the same features with the other sign", (height, width) => {
  const luma = createRng(height).fillNormal(new Float64Array(height * width));
  const mirrored = luma.map((_, i) => luma[i - (i % width) + width - 1 - (i % width)]);
  const own = orientationFeatures({ luma, height, width });
  const other = orientationFeatures({ luma: mirrored, height, width });
  expect(own).toHaveLength(NUM_ORIENTATION);
  expect(own.every(Number.isFinite)).toBe(true);
  own.forEach((value, i) => {
    expect(value).toBeCloseTo(-other[i], 12);
  });
  expect(Math.hypot(...own)).toBeGreaterThan(0.5);
});

test("an image that is its own mirror image has none", () => {
  const luma = Float64Array.from({ length: 256 }, (_, i) => Math.abs((i % 16) - 7.5) + Math.floor(i / 16));
  expect(Math.max(...orientationFeatures({ luma, height: 16, width: 16 }).map(Math.abs))).toBeLessThan(1e-12);
});
