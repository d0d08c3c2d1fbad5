import { expect, test } from "vitest";
import { checkGate } from "../contracts/check-gate.ts";
import { IsingXX, IsingZZ, PauliRot, PhaseShift, Rot, RX, RY } from "./index.ts";
import { productAngle } from "./product-angle.ts";

test.each([RX, PhaseShift, IsingZZ, IsingXX, PauliRot("XYZ")])("productAngle($name) keeps the gate contract", (gate) => {
  for (const seed of [0, 1]) checkGate(productAngle(gate), { seed });
});

test("is the gate at the product of its two angles", () => {
  expect(productAngle(RY).matrix([2, 0.35])).toEqual(RY.matrix([0.7]));
  expect(productAngle(RY)).toBe(productAngle(RY));
});

test("refuses gates of several angles", () => {
  expect(() => productAngle(Rot)).toThrow("[productAngle] expected a gate of one angle; Rot takes 3.");
});
