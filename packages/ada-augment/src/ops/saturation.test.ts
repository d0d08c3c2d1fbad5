import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { drawsFromRng } from "../draws.ts";
import { saturation } from "./saturation.ts";

const source = drawsFromRng(createRng(0));
const context = (name: string, i: number, channels = 3) => ({
  draws: source(name, i),
  height: 40,
  width: 80,
  channels,
  p: 1,
  chance: <T>(value: T) => value,
});

const apply = (m: readonly number[], [r, g, b]: readonly number[]) =>
  [0, 4, 8].map((row) => m[row] * r + m[row + 1] * g + m[row + 2] * b + m[row + 3]);

/** Mean and standard deviation within four standard errors. */
function expectNormal(values: readonly number[], deviation: number): void {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const found = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
  expect(Math.abs(mean)).toBeLessThan((4 * deviation) / Math.sqrt(values.length));
  expect(Math.abs(found - deviation)).toBeLessThan((4 * deviation) / Math.sqrt(2 * values.length));
}

test("grey stays, and the logarithm of the factor of the rest is normal", () => {
  const op = saturation({ standardDeviation: 0.7 });
  const logs = Array.from({ length: 3000 }, (_, i) => {
    const m = op.matrix(context(op.name, i));
    expect(Math.abs(apply(m, [0.4, 0.4, 0.4])[1] - 0.4)).toBeLessThan(1e-12);
    return Math.log2(apply(m, [0.2, 0, -0.2])[0] / 0.2);
  });
  expectNormal(logs, 0.7);
});
