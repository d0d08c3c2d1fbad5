import { expect, test } from "vitest";
import { bandPassFilters, resamplingTaps, waveletTaps } from "./wavelets.ts";

test.each(Object.entries(waveletTaps))(
  "%s is orthogonal to its even shifts and has as many vanishing moments as half its taps",
  (_, taps) => {
    for (let shift = 0; shift < taps.length; shift += 2) {
      const product = taps.slice(shift).reduce((sum: number, tap, i) => sum + tap * taps[i], 0);
      expect(Math.abs(product - (shift === 0 ? 1 : 0))).toBeLessThan(1e-11);
    }
    for (let power = 0; power < taps.length / 2; power++) {
      const moment = taps.reduce((sum: number, tap, i) => sum + (-1) ** i * tap * i ** power, 0);
      expect(Math.abs(moment) / taps.length ** power).toBeLessThan(1e-9);
    }
  },
);

test("the warp's taps add up to 1", () => {
  expect(resamplingTaps.reduce((sum, tap) => sum + tap, 0)).toBeCloseTo(1, 14);
});

test.each([2, 3, 4])("%d bands add up to a unit impulse and are symmetric", (numBands) => {
  const bank = bandPassFilters(numBands);
  expect(bank.map((row) => row.length)).toEqual(Array(numBands).fill([7, 19, 43][numBands - 2]));
  bank[0].forEach((_, i) => {
    const sum = bank.reduce((total, row) => total + row[i], 0);
    expect(sum).toBeCloseTo(i === (bank[0].length - 1) / 2 ? 1 : 0, 12);
  });
  for (const row of bank) expect(Math.max(...row.map((tap, i) => Math.abs(tap - row[row.length - 1 - i])))).toBeLessThan(1e-12);
});
