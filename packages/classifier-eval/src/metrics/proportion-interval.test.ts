import { expect, test } from "vitest";
import { clopperPearsonInterval, wilsonInterval } from "./proportion-interval.ts";

test("the rule of three: none of n", () => {
  expect(clopperPearsonInterval(0, 100).low).toBe(0);
  expect(clopperPearsonInterval(0, 100).high).toBeCloseTo(1 - 0.025 ** (1 / 100), 12);
  expect(clopperPearsonInterval(100, 100).low).toBeCloseTo(0.025 ** (1 / 100), 12);
  expect(wilsonInterval(0, 10).low).toBe(0);
});

test("mirrored counts give mirrored intervals; Clopper–Pearson is the wider", () => {
  for (const interval of [wilsonInterval, clopperPearsonInterval]) {
    expect(interval(3, 20).low).toBeCloseTo(1 - interval(17, 20).high, 13);
    expect(interval(3, 20, 0.99).high).toBeGreaterThan(interval(3, 20).high);
  }
  expect(clopperPearsonInterval(3, 20).high).toBeGreaterThan(wilsonInterval(3, 20).high);
});

test("mistakes are named", () => {
  expect(() => wilsonInterval(3, 2)).toThrow("got 3 of 2.");
  expect(() => clopperPearsonInterval(0, 0)).toThrow("got 0 of 0.");
});
