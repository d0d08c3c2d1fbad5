import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { drawsFromRng } from "../draws.ts";
import { lumaFlip } from "./luma-flip.ts";

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

test("half of the images have dark and bright exchanged; what is not grey stays, and twice is nothing", () => {
  const op = lumaFlip();
  let flipped = 0;
  for (let i = 0; i < 2000; i++) {
    const m = op.matrix(context(op.name, i));
    const [r, g, b] = apply(m, [0.5, 0.5, 0.5]);
    if (r < 0) flipped++;
    expect(Math.abs(Math.abs(r) - 0.5) + Math.abs(r - g) + Math.abs(r - b)).toBeLessThan(1e-12);
    const chroma = apply(m, [0.3, -0.1, -0.2]);
    expect(Math.abs(chroma[0] - 0.3) + Math.abs(chroma[1] + 0.1)).toBeLessThan(1e-12);
    expect(Math.abs(apply(m, apply(m, [0.9, 0.1, -0.4]))[2] + 0.4)).toBeLessThan(1e-12);
  }
  expect(Math.abs(flipped - 1000)).toBeLessThan(4 * Math.sqrt(500));
});
