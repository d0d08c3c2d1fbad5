import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { drawsFromRng } from "../draws.ts";
import { xFlip } from "./x-flip.ts";

test("flips half of the images", () => {
  const source = drawsFromRng(createRng(0));
  const op = xFlip();
  let flipped = 0;
  for (let i = 0; i < 4000; i++) {
    const matrix = op.inverse({ draws: source(op.name, i), height: 4, width: 4, channels: 3, p: 1, chance: (value) => value });
    expect(Math.abs(matrix[0])).toBe(1);
    if (matrix[0] === -1) flipped++;
  }
  expect(Math.abs(flipped / 4000 - 0.5)).toBeLessThan(0.032); // four standard deviations
});

test("an unknown option and a strength above 1 are refused", () => {
  expect(() => xFlip({ strenght: 1 } as object)).toThrow('unknown option "strenght"; did you mean "strength"?');
  expect(() => xFlip({ strength: 2 })).toThrow("[x-flip] strength must be a number in [0, 1]; got 2.");
});
