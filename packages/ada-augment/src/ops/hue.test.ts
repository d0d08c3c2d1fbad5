import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { drawsFromRng } from "../draws.ts";
import { hue } from "./hue.ts";

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

test("grey stays, saturation stays, and a third of a turn exchanges the channels", () => {
  const op = hue();
  for (let i = 0; i < 100; i++) {
    const m = op.matrix(context(op.name, i));
    expect(Math.max(...apply(m, [0.5, 0.5, 0.5]).map((value) => Math.abs(value - 0.5)))).toBeLessThan(1e-12);
    expect(Math.hypot(...apply(m, [0.3, -0.1, -0.2]))).toBeCloseTo(Math.hypot(0.3, 0.1, 0.2), 12);
  }
  const third = op.matrix({ ...context(op.name, 0), draws: { uniform: () => 5 / 6, normal: () => 0, gate: () => 0 } });
  apply(third, [1, 0, 0]).forEach((value, k) => {
    expect(value).toBeCloseTo(k === 1 ? 1 : 0, 12);
  });
});

test("grey images are left alone, and nothing is drawn for them", () => {
  const asked = () => {
    throw new Error("drawn");
  };
  const m = hue().matrix({ ...context("hue", 0, 1), draws: { uniform: asked, normal: asked, gate: asked } });
  expect(m).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
});
