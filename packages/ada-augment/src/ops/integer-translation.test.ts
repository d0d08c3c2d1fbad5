import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { drawsFromRng } from "../draws.ts";
import { integerTranslation } from "./integer-translation.ts";

const context = { height: 40, width: 80, channels: 1, p: 1, chance: <T>(value: T) => value };

test("shifts by whole pixels, at most maxFraction of the side, and reaches both ends", () => {
  const source = drawsFromRng(createRng(0));
  const op = integerTranslation();
  const shifts = Array.from({ length: 2000 }, (_, i) => op.inverse({ ...context, draws: source(op.name, i) }));
  for (const [axis, limit] of [
    [2, 10],
    [5, 5],
  ]) {
    const values = shifts.map((matrix) => matrix[axis]);
    expect(values.every(Number.isInteger)).toBe(true);
    expect([Math.min(...values), Math.max(...values)]).toEqual([-limit, limit]);
  }
});

test("half a pixel rounds to the even neighbour, and the inverse points the other way", () => {
  const fixed = (u: number) => ({ uniform: () => u, normal: () => 0, gate: () => 0 });
  const shift = (fraction: number) =>
    integerTranslation({ maxFraction: fraction }).inverse({ ...context, width: 10, draws: fixed(1) })[2];
  expect([shift(0.05), shift(0.15), shift(0.25), shift(0.26)]).toEqual([-0, -2, -2, -3]);
});
