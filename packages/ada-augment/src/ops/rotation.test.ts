import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { drawsFromRng } from "../draws.ts";
import { rotation } from "./rotation.ts";

const source = drawsFromRng(createRng(0));
const context = (name: string, i: number, channels = 3) => ({
  draws: source(name, i),
  height: 40,
  width: 80,
  channels,
  p: 1,
  chance: <T>(value: T) => value,
});

test("two turns of their own, both within the largest angle", () => {
  const op = rotation({ maxFraction: 0.25 });
  const turns = Array.from({ length: 2000 }, (_, i) => {
    const given = context(op.name, i);
    return [op.inverse(given), op.second?.inverse(given) ?? []].map((m) => Math.atan2(m[3], m[0]));
  });
  for (const [first, second] of turns) {
    expect(Math.max(Math.abs(first), Math.abs(second))).toBeLessThanOrEqual(Math.PI / 4);
    expect(first).not.toBe(second);
  }
  expect(Math.max(...turns.flat())).toBeGreaterThan(0.99 * (Math.PI / 4));
});

test("each turn is asked for with probability 1 − √(1 − p)", () => {
  const asked: number[] = [];
  const op = rotation();
  const given = {
    ...context(op.name, 0),
    p: 0.36,
    chance: <T>(value: T, _: T, probability = 0) => {
      asked.push(probability);
      return value;
    },
  };
  op.inverse(given);
  op.second?.inverse(given);
  expect(asked).toEqual([1 - Math.sqrt(0.64), 1 - Math.sqrt(0.64)]);
});
