import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { drawsFromRng } from "../draws.ts";
import { anisotropicScale } from "./anisotropic-scale.ts";

const source = drawsFromRng(createRng(0));
const context = (name: string, i: number, channels = 3) => ({
  draws: source(name, i),
  height: 40,
  width: 80,
  channels,
  p: 1,
  chance: <T>(value: T) => value,
});

/** Mean and standard deviation within four standard errors. */
function expectNormal(values: readonly number[], deviation: number): void {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const found = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
  expect(Math.abs(mean)).toBeLessThan((4 * deviation) / Math.sqrt(values.length));
  expect(Math.abs(found - deviation)).toBeLessThan((4 * deviation) / Math.sqrt(2 * values.length));
}

test("x is stretched as y is pressed: the area stays", () => {
  const op = anisotropicScale();
  const matrices = Array.from({ length: 3000 }, (_, i) => op.inverse(context(op.name, i)));
  expect(matrices.every((m) => Math.abs(m[0] * m[4] - 1) < 1e-12)).toBe(true);
  expectNormal(
    matrices.map((m) => Math.log2(m[0])),
    0.2,
  );
});
