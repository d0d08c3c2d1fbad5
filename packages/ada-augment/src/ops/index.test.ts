import { expect, test } from "vitest";
import { builtinOps } from "./index.ts";

test.each(builtinOps)("$name keeps the contract of an op", ({ name, create }) => {
  const op = create();
  expect(op.name).toBe(name);
  expect(op.source.length).toBeGreaterThan(10);
  expect(op.strength).toBe(1);
  expect(create({ strength: 0.5 }).strength).toBe(0.5);
  expect(() => create({ nonsense: 1 })).toThrow('unknown option "nonsense"');
  expect(() => create({ strength: Number.NaN })).toThrow("strength must be a number in [0, 1]; got NaN.");
});
