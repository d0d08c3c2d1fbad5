import { createRng } from "repro-kit";
import { describe, expect, test } from "vitest";
import { ssimConventions } from "./ssim-conventions.ts";
import { gaussianWindow, uniformWindow } from "./ssim-window.ts";
import { multiScaleSimilarity, type SsimImage, structuralSimilarity } from "./structural-similarity.ts";

const noise = (seed: number, height: number, width: number, channels = 3): SsimImage => {
  const rng = createRng(seed);
  return { data: Uint8Array.from({ length: height * width * channels }, () => rng.integer(256)), height, width, channels };
};
const flat = (value: number, size = 16): SsimImage => ({
  data: new Float64Array(size * size).fill(value),
  height: size,
  width: size,
  channels: 1,
});
/** Sums over 121 weights in float64. */
const ROUNDING = 12;

describe.each(Object.entries(ssimConventions))("%s", (name, convention) => {
  test("an image is 1 to itself; the measure is symmetric and at most 1", () => {
    const [a, b] = [noise(1, 31, 24), noise(2, 31, 24)];
    expect(structuralSimilarity(a, a, { convention })).toBeCloseTo(1, ROUNDING);
    const value = structuralSimilarity(a, b, { convention });
    expect(value).toBeCloseTo(structuralSimilarity(b, a, { convention }), ROUNDING);
    expect(value).toBeLessThan(0.2);
    const named = name as keyof typeof ssimConventions;
    expect(structuralSimilarity(a, b, { convention: named })).toBe(value);
  });
  test("constant images: only the luminance term is left", () => {
    const expected = (2 * 100 * 150 + 6.5025) / (100 ** 2 + 150 ** 2 + 6.5025);
    const value = structuralSimilarity(flat(100), flat(150), { convention });
    expect(value).toBeCloseTo(expected, name === "pytorch-msssim" ? 5 : 9); // its window misses the sum 1 by 1e-7
  });
  test("several scales: 1 to itself, and an odd size is halved by the convention's rule", () => {
    const a = noise(3, 47, 45);
    expect(multiScaleSimilarity(a, a, { convention, weights: [0.5, 0.5] })).toBeCloseTo(1, 6);
    expect(multiScaleSimilarity(a, noise(4, 47, 45), { convention, weights: [0.5, 0.5] })).toBeLessThan(0.5);
  });
});

test("SSIM by its definition, window by window", () => {
  const [size, [a, b]] = [9, [noise(5, 9, 9, 1), noise(6, 9, 9, 1)]];
  const window = uniformWindow(7);
  let sum = 0;
  for (let top = 0; top < 3; top++)
    for (let left = 0; left < 3; left++) {
      const pixels = (image: SsimImage): number[] =>
        Array.from({ length: 49 }, (_, k) => image.data[(top + Math.floor(k / 7)) * size + left + (k % 7)]);
      const [x, y] = [pixels(a), pixels(b)];
      const mean = (values: number[]): number => values.reduce((total, value) => total + value, 0) / 49;
      const [mx, my] = [mean(x), mean(y)];
      const product = (p: number[], q: number[], mp: number, mq: number): number =>
        p.reduce((total, value, k) => total + (value - mp) * (q[k] - mq), 0) / 48;
      const [vx, vy, vxy] = [product(x, x, mx, mx), product(y, y, my, my), product(x, y, mx, my)];
      const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];
      sum += ((2 * mx * my + c1) * (2 * vxy + c2)) / ((mx * mx + my * my + c1) * (vx + vy + c2));
    }
  expect(structuralSimilarity(a, b, { convention: "scikit-image" })).toBeCloseTo(sum / 9, ROUNDING);
  expect(window.reduce((total, weight) => total + weight, 0)).toBeCloseTo(1, 15);
});

test("negative contrast: cut to 0, moved to (1 + t)/2", () => {
  const a = noise(7, 44, 44, 1);
  const negative: SsimImage = { ...a, data: a.data.map((value) => 255 - value) };
  expect(multiScaleSimilarity(a, negative, { weights: [1, 1, 1].slice(0, 2) })).toBe(0);
  const simple = multiScaleSimilarity(a, negative, { weights: [0.5, 0.5], negative: "simple" });
  expect(simple).toBeGreaterThan(0);
  expect(simple).toBeLessThan(0.5);
});

test("refuses unlike sizes, images that are too small, unknown names", () => {
  const [a, b] = [noise(1, 16, 16), noise(1, 16, 12)];
  expect(() => structuralSimilarity(a, b)).toThrow("one size; got 16×16×3 and 16×12×3");
  expect(() => multiScaleSimilarity(a, a)).toThrow("5 scale(s) with a window of 11 need 176 pixels; got 16×16");
  // Names that the types do not know, as plain JavaScript could give them.
  expect(() => structuralSimilarity(a, a, { convention: "papers" as never })).toThrow('did you mean "paper"?');
  expect(() => multiScaleSimilarity(a, a, { negative: "cut" as never })).toThrow('unknown negative "cut"');
  expect(() => gaussianWindow({ sigma: 0, radius: 5 })).toThrow("sigma must be positive");
  expect(() => uniformWindow(4)).toThrow("size must be odd");
});

test("refuses pixels that are not finite, and a negative term that would have to be raised to a fraction", () => {
  const ramp = (sign: number) => ({
    data: Float64Array.from({ length: 22 * 22 }, (_, i) => 0.5 + sign * (((i * 7919) % 97) / 97 - 0.5)),
    height: 22,
    width: 22,
    channels: 1,
  });
  const weights = [0.5, 0.5];
  expect(multiScaleSimilarity(ramp(1), ramp(-1), { range: 1, weights })).toBe(0);
  expect(() => multiScaleSimilarity(ramp(1), ramp(-1), { range: 1, weights, negative: "none" })).toThrow(
    /the term of scale 0 is -0\.\d+.*Take "relu" or "simple"/,
  );
  const bad = { ...ramp(1), data: ramp(1).data.fill(Number.NaN, 5, 6) };
  expect(() => structuralSimilarity(bad, ramp(1), { range: 1 })).toThrow("pixels must be finite; got NaN at index 5");
});
