import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { exposureFeatures } from "./exposure-features.ts";
import { imagePlanes } from "./image-planes.ts";

const SIDE = 16;
const RATIOS = [0.9, 0.6, 0.5];

/** An image whose channels are one light in fixed ratios, times an exposure, plus a shift. */
function lit(exposure: number, shift: number): number[] {
  const rng = createRng(0);
  const light = Array.from({ length: SIDE * SIDE }, () => 0.3 + 0.5 * rng.uniform());
  const pixels = light.flatMap((value) => RATIOS.map((ratio) => 2 * exposure * ratio * value - 1 + shift));
  return exposureFeatures(imagePlanes(pixels, { height: SIDE, width: SIDE, channels: 3 }));
}

/** Differences of log quantiles, and intercepts of one channel against another. */
const ratios = (features: readonly number[]): readonly number[] => features.slice(0, 14);
const intercepts = (features: readonly number[]): readonly number[] => [28, 30, 32].map((k) => features[k]);

test("a longer exposure leaves ratios and lines through black, an added brightness does not", () => {
  const [plain, longer, shifted] = [lit(0.8, 0), lit(1, 0), lit(0.8, 0.2)];
  const change = (of: (features: readonly number[]) => readonly number[], other: readonly number[]): number =>
    Math.max(...of(other).map((value, i) => Math.abs(value - of(plain)[i])));
  expect(change(ratios, longer)).toBeLessThan(5e-3); // the level added before the logarithm
  expect(change(intercepts, longer)).toBeLessThan(5e-3);
  expect(change(ratios, shifted)).toBeGreaterThan(0.05);
  expect(change(intercepts, shifted)).toBeGreaterThan(0.02);
});

test("33 finite numbers of a colour image and 3 of a grey one, also where all is black", () => {
  const size = { height: 9, width: 12 };
  for (const [channels, count] of [
    [3, 33],
    [1, 3],
  ]) {
    const features = exposureFeatures(imagePlanes(new Float64Array(108 * channels).fill(-1), { ...size, channels }));
    expect(features).toHaveLength(count);
    expect(features.every(Number.isFinite)).toBe(true);
  }
});
