import { createRng } from "repro-kit";
import { expect, it } from "vitest";
import { principalComponents } from "./principal-components.ts";

it("keeps all distances, and finds the long axis first, in both forms", () => {
  for (const [count, size] of [
    [30, 6],
    [5, 12],
  ]) {
    const data = createRng(1).fillNormal(new Float64Array(count * size));
    for (let row = 0; row < count; row++) data[row * size + 2] *= 20;
    const kept = Math.min(count, size);
    const { coordinates, explained } = principalComponents(data, size, kept);
    const distance = (values: Float64Array, width: number, a: number, b: number): number =>
      Math.hypot(...Array.from({ length: width }, (_, k) => values[a * width + k] - values[b * width + k]));
    for (const [a, b] of [
      [0, 1],
      [2, 4],
    ])
      expect(distance(coordinates, kept, a, b)).toBeCloseTo(distance(data, size, a, b), 8);
    expect(explained[0]).toBeGreaterThan(0.9);
    expect(explained.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10);
  }
});

it("images that are all the same lie on one point", () => {
  const { coordinates } = principalComponents(new Float64Array(12).fill(3), 4, 2);
  expect([...coordinates]).toEqual([0, 0, 0, 0, 0, 0]);
});
