import { expect, test } from "vitest";
import { randomImages } from "./__fixtures__/random-features.ts";
import { radialPowerSpectrum, spectrumDistance } from "./radial-spectrum.ts";

const wave = (cyclesDown: number, cyclesAcross: number, height = 16, width = 16) => ({
  data: Uint8Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    return Math.round(128 + 100 * Math.cos(2 * Math.PI * ((cyclesDown * y) / height + (cyclesAcross * x) / width)));
  }),
  count: 1,
  height,
  width,
  channels: 1,
});

test.each([
  [3, 0, 3],
  [0, 5, 5],
  [3, 4, 5],
])("a wave of %d and %d cycles stands at radius %d", (down, across, radius) => {
  const spectrum = radialPowerSpectrum(wave(down, across));
  const others = spectrum.filter((_, r) => r > 0 && r !== radius);
  expect(Math.max(...others)).toBeLessThan(spectrum[radius] / 500); // what rounding to uint8 leaves
  expect(spectrum[0]).toBeCloseTo(128 ** 2 * 256, -2);
});

test("all power is there (Parseval), and white noise is flat", () => {
  const flat = radialPowerSpectrum(randomImages(1, 200, 16, 1));
  const variance = (256 ** 2 - 1) / 12;
  for (const power of flat.slice(1)) expect(Math.abs(power / variance - 1)).toBeLessThan(0.15);
  expect(radialPowerSpectrum(wave(2, 0, 8, 32)).length).toBe(5);
});

test("distance in decades; refuses images without structure", () => {
  const [a, b] = [Float64Array.of(9, 10, 100), Float64Array.of(1, 100, 10)];
  expect(spectrumDistance(a, b)).toBe(1);
  expect(spectrumDistance(a, a)).toBe(0);
  expect(() => spectrumDistance(a, Float64Array.of(1, 1))).toThrow("one length");
  expect(() => spectrumDistance(a, Float64Array.of(1, 0, 1))).toThrow("no power at 1 cycles");
  expect(() => radialPowerSpectrum(randomImages(1, 1, 2))).toThrow("at least 4×4");
});
