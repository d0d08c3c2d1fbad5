import { expect, test } from "vitest";
import { imageFeatures } from "./image-features.ts";
import { imagePlanes } from "./image-planes.ts";

test.each([1, 3])("as many finite numbers for every image of %d channels", (channels) => {
  const size = { height: 12, width: 9, channels };
  const flat = imageFeatures(imagePlanes(new Float32Array(108 * channels), size));
  const ramp = imageFeatures(
    imagePlanes(
      Float32Array.from({ length: 108 * channels }, (_, i) => (i % 19) / 9.5 - 1),
      size,
    ),
  );
  expect(flat.length).toBe(ramp.length);
  expect([...flat, ...ramp].every(Number.isFinite)).toBe(true);
});
