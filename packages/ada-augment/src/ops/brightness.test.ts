import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { drawsFromRng } from "../draws.ts";
import { brightness } from "./brightness.ts";

test("one shift for all channels with the given standard deviation", () => {
  const op = brightness({ standardDeviation: 0.3 });
  const source = drawsFromRng(createRng(0));
  const count = 5000;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    const m = op.matrix({ draws: source(op.name, i), height: 1, width: 1, channels: 3, p: 1, chance: (value) => value });
    expect([m[0], m[5], m[10], m[3]]).toEqual([1, 1, 1, m[7]]);
    expect(m[11]).toBe(m[3]);
    squares += m[3] ** 2;
  }
  // The standard error of a standard deviation is σ/√(2n): four of them.
  expect(Math.abs(Math.sqrt(squares / count) - 0.3)).toBeLessThan((4 * 0.3) / Math.sqrt(2 * count));
});

test("where the gate does not open it is the identity", () => {
  const m = brightness().matrix({
    draws: { uniform: () => 0, normal: () => 1, gate: () => 1 },
    height: 1,
    width: 1,
    channels: 3,
    p: 1,
    chance: (_, identity) => identity,
  });
  expect(m[3]).toBe(0);
});
