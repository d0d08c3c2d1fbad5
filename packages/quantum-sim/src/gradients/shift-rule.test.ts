import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { shiftRule } from "./shift-rule.ts";

test("one frequency takes the two-term rule", () => {
  const [plus, minus] = shiftRule([1]);
  expect(plus.shift).toBeCloseTo(Math.PI / 2, 15);
  expect(plus.coefficient).toBeCloseTo(0.5, 15);
  expect([minus.shift, minus.coefficient]).toEqual([-plus.shift, -plus.coefficient]);
});

test("½ and 1 take the four-term rule of controlled rotations", () => {
  const rule = shiftRule([0.5, 1]);
  // Anselmetti et al. 2021, arXiv:2104.05695: d± = (√2 ± 1)/(4√2) at π/2 and 3π/2.
  const expected = [
    { shift: Math.PI / 2, coefficient: (Math.SQRT2 + 1) / (4 * Math.SQRT2) },
    { shift: (3 * Math.PI) / 2, coefficient: -(Math.SQRT2 - 1) / (4 * Math.SQRT2) },
  ];
  for (const { shift, coefficient } of expected) {
    const found = rule.find((term) => Math.abs(term.shift - shift) < 1e-12);
    expect(found?.coefficient).toBeCloseTo(coefficient, 14);
  }
  expect(rule).toHaveLength(4);
});

test("equidistant frequencies take the closed form of Wierichs et al.", () => {
  const R = 5;
  const rule = shiftRule([1, 2, 3, 4, 5]);
  for (let mu = 1; mu <= R; mu++) {
    const shift = ((2 * mu - 1) * Math.PI) / (2 * R);
    const found = rule.find((term) => Math.abs(term.shift - shift) < 1e-12);
    expect(found?.coefficient).toBeCloseTo((-1) ** (mu - 1) / (4 * R * Math.sin(shift / 2) ** 2), 12);
  }
});

test.each([[[0.3]], [[0.5, 1.5]], [[1, Math.SQRT2, 3]], [[0.1, 0.2, 2, 2.3]], [[0.7, 1, 1.4, 1.7, 2, 2.4, 3.1]]])(
  "exact for trigonometric polynomials of the frequencies %j",
  (frequencies) => {
    const rng = createRng(1);
    const terms = frequencies.map((frequency) => ({ frequency, cos: rng.normal(), sin: rng.normal() }));
    const f = (x: number) =>
      terms.reduce((sum, { frequency, cos, sin }) => sum + cos * Math.cos(frequency * x) + sin * Math.sin(frequency * x), 0.4);
    const slope = (x: number) =>
      terms.reduce(
        (sum, { frequency, cos, sin }) => sum + frequency * (sin * Math.cos(frequency * x) - cos * Math.sin(frequency * x)),
        0,
      );
    const rule = shiftRule(frequencies);
    const x = 0.83;
    const found = rule.reduce((sum, { shift, coefficient }) => sum + coefficient * f(x + shift), 0);
    const weight = rule.reduce((sum, { coefficient }) => sum + Math.abs(coefficient), 0);
    expect(Math.abs(found - slope(x))).toBeLessThan(1e-13 * (1 + weight));
    expect(rule).toHaveLength(2 * frequencies.length);
  },
);

test("bad frequencies are refused", () => {
  expect(shiftRule([])).toEqual([]);
  expect(() => shiftRule([1, 0])).toThrow("[shiftRule] frequencies must be positive numbers; got [1, 0].");
  expect(() => shiftRule([1, 1])).toThrow("frequencies must differ; got [1, 1].");
  expect(() => shiftRule([Number.NaN])).toThrow("positive numbers; got [NaN]");
});
