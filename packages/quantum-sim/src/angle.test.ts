import { expect, test } from "vitest";
import { angleFault, angleValue, isInput, isWeight, scaled, shifted } from "./angle.ts";

const value = (angle: Parameters<typeof angleValue>[0]) => angleValue(angle, [0, 10, 20], 1, [5, 6], 0);

test("references take their value from weights or inputs", () => {
  expect(value(0.5)).toBe(0.5);
  expect(value({ weight: 1 })).toBe(20);
  expect(value({ input: 1 })).toBe(6);
});

test("scaling and shifting compose in the order they are written", () => {
  expect(value(shifted(scaled({ input: 0 }, 2), 1))).toBe(11);
  expect(value(scaled(shifted({ input: 0 }, 1), 2))).toBe(12);
  expect(value(scaled(shifted(3, 1), 2))).toBe(8);
});

test("kinds of reference", () => {
  expect([isWeight({ weight: 0 }), isWeight({ input: 0 }), isInput({ input: 0 }), isInput(1)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

test("what is wrong with an angle is said in words", () => {
  for (const angle of [0.3, { weight: 0 }, { input: 2, scale: -1, shift: 3 }]) expect(angleFault(angle)).toBeUndefined();
  expect(angleFault(Number.NaN)).toBe("NaN");
  expect(angleFault({ weight: 1.5 })).toBe("weight 1.5");
  expect(angleFault({ input: -1 })).toBe("input -1");
  expect(angleFault({ weight: 0, shift: Number.NaN })).toBe("weight 0 with scale 1 and shift NaN");
});
