import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { reflectIndex } from "../reflect-index.ts";
import { mirrorFeatures } from "./mirror-features.ts";

const size = 32;
const noise = createRng(5).fillNormal(new Float64Array(size * size));
const smooth = noise.map((_, i) => [-1, 0, 1].reduce((sum, d) => sum + noise[(i + d + noise.length) % noise.length], 0) / 3);

test("a border that is a reflection stands out on its side, and only there", () => {
  const plain = mirrorFeatures({ height: size, width: size, luma: smooth });
  const shifted = smooth.map((_, i) => smooth[Math.floor(i / size) * size + reflectIndex((i % size) - 5, size)]);
  const found = mirrorFeatures({ height: size, width: size, luma: shifted });
  expect(found[0]).toBeLessThan(plain[0] - 1);
  expect(found[1]).toBeGreaterThan(plain[0] - 0.5);
});
