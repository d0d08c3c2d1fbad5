import { expect, test } from "vitest";
import { checkGate } from "../contracts/check-gate.ts";
import type { Gate } from "../gate.ts";
import { IsingZZ } from "./ising.ts";
import { MultiRZ } from "./multi-rz.ts";
import { RZ } from "./rotations.ts";

test.each([1, 2, 3, 5])("on %i wires it keeps the gate contract", (numWires) => {
  for (const seed of [0, 1]) checkGate(MultiRZ(numWires), { seed });
});

test("on one and two wires it is RZ and IsingZZ, and equal gates are one object", () => {
  const entries = (gate: Gate) => [...gate.matrix([0.7]).re, ...gate.matrix([0.7]).im].map((x) => x + 0);
  expect(entries(MultiRZ(1))).toEqual(entries(RZ));
  expect(entries(MultiRZ(2))).toEqual(entries(IsingZZ));
  expect(MultiRZ(4)).toBe(MultiRZ(4));
});

test("numbers of PennyLane 0.45.1", () => {
  // print(np.diag(qml.MultiRZ(0.7, wires=[0, 1, 2]).matrix()))
  const { re, im } = MultiRZ(3).matrix([0.7]);
  for (let x = 0; x < 8; x++) {
    expect(re[9 * x]).toBeCloseTo(0.939372712847379, 14);
    expect(im[9 * x]).toBeCloseTo([0, 3, 5, 6].includes(x) ? -0.342897807455451 : 0.342897807455451, 14);
  }
});

test("refuses what it cannot be", () => {
  expect(() => MultiRZ(0)).toThrow("[MultiRZ] numWires must be an integer from 1 to 30; got 0.");
  expect(() => MultiRZ(20).matrix([1])).toThrow("[MultiRZ(20)] has a dense matrix up to 12 wires; got 20.");
});
