import { expect, test } from "vitest";
import { checkGate } from "../contracts/check-gate.ts";
import { ISWAP, Rot } from "./index.ts";
import { unitary } from "./unitary.ts";

test("takes the matrix of another gate, or plain lists", () => {
  const rotation = unitary(Rot.matrix([0.1, 0.2, 0.3]), "turn");
  checkGate(rotation);
  expect([rotation.name, rotation.numWires, rotation.numAngles]).toEqual(["turn", 1, 0]);
  const swap = unitary(ISWAP.matrix([]));
  checkGate(swap);
  expect([swap.name, swap.numWires]).toEqual(["unitary", 2]);
  expect([...unitary({ re: [0, 1, 1, 0] }).matrix([]).re]).toEqual([0, 1, 1, 0]);
});

test("refuses matrices that are not unitary, square or finite", () => {
  expect(() => unitary({ re: [1, 1, 0, 1] })).toThrow("[unitary] matrix must be unitary; U†U differs from the identity by");
  expect(() => unitary({ re: [1, 0, 0] })).toThrow("[unitary] matrix must have 4^k entries for k ≥ 1 wires; got 3 real and");
  expect(() => unitary({ re: [1, 0, 0, 1], im: [0] })).toThrow("got 4 real and 1 imaginary parts.");
  expect(() => unitary({ re: [1, 0, 0, Number.NaN] })).toThrow("[unitary] matrix must have finite entries; got NaN at index 3.");
});
