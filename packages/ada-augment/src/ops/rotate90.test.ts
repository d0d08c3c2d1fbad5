import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { drawsFromRng } from "../draws.ts";
import { rotate90 } from "./rotate90.ts";

const source = drawsFromRng(createRng(0));
const context = (name: string, i: number, channels = 3) => ({
  draws: source(name, i),
  height: 40,
  width: 80,
  channels,
  p: 1,
  chance: <T>(value: T) => value,
});

test("the four turns are as frequent, in whole numbers", () => {
  const op = rotate90();
  const counts = new Map<string, number>();
  for (let i = 0; i < 4000; i++) {
    const key = op
      .inverse(context(op.name, i))
      .map((entry) => entry + 0)
      .join();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  expect(counts.size).toBe(4);
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(4 * Math.sqrt(750));
});
