import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { drawsFromRng } from "../draws.ts";
import { fractionalTranslation } from "./fractional-translation.ts";

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

test("the shift is normal, in shares of each side", () => {
  const op = fractionalTranslation();
  const matrices = Array.from({ length: 3000 }, (_, i) => op.inverse(context(op.name, i)));
  expectNormal(
    matrices.map((m) => m[2]),
    10,
  );
  expectNormal(
    matrices.map((m) => m[5]),
    5,
  );
});
