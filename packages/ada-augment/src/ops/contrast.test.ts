import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { drawsFromRng } from "../draws.ts";
import { contrast } from "./contrast.ts";

test("the factor's logarithm to base 2 is normal, centred on 0", () => {
  const op = contrast();
  const source = drawsFromRng(createRng(0));
  const count = 5000;
  const logs = Array.from({ length: count }, (_, i) => {
    const m = op.matrix({ draws: source(op.name, i), height: 1, width: 1, channels: 3, p: 1, chance: (value) => value });
    expect([m[5], m[10], m[3]]).toEqual([m[0], m[0], 0]);
    return Math.log2(m[0]);
  });
  const mean = logs.reduce((sum, x) => sum + x, 0) / count;
  const deviation = Math.sqrt(logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / count);
  expect(Math.abs(mean)).toBeLessThan((4 * 0.5) / Math.sqrt(count));
  expect(Math.abs(deviation - 0.5)).toBeLessThan((4 * 0.5) / Math.sqrt(2 * count));
});
