import { expect, test } from "vitest";
import { constantEma, halfLifeEma, warmUpEma } from "./ema.ts";

test("half is forgotten in a half-life, sooner at the beginning", () => {
  const decay = halfLifeEma({ batchSize: 32, halfLifeImages: 10_000 });
  expect(decay(1e6) ** (10_000 / 32)).toBeCloseTo(0.5, 12);
  expect(decay(0)).toBe(0);
  expect(decay(100) ** 5).toBeCloseTo(0.5, 12); // half-life 0.05 · 3200 images, five batches
  expect(halfLifeEma({ batchSize: 32, halfLifeImages: 10_000, rampUp: 0 })(0) ** (10_000 / 32)).toBeCloseTo(0.5, 12);
});

test("the warm-up copies first, then follows its power to the end", () => {
  const decay = warmUpEma({ max: 0.99, updateAfter: 10, power: 1, invGamma: 2 });
  expect([decay(0), decay(11), decay(13)]).toEqual([0, 0, 0.5]);
  expect(decay(1e6)).toBe(0.99);
  expect(constantEma(0.9)(7)).toBe(0.9);
  expect(() => constantEma(1.1)).toThrow("decay must be between 0 and 1; got 1.1");
});
