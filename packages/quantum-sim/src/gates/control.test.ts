import { expect, test } from "vitest";
import { checkGate } from "../contracts/check-gate.ts";
import { control } from "./control.ts";
import { CNOT, CRX, gates, ISWAP, MultiRZ, PauliRot, Rot, RX, SWAP, Toffoli, X } from "./index.ts";

test.each([...gates].filter(({ numWires }) => numWires <= 2))("control($name) keeps the gate contract", (gate) => {
  checkGate(control(gate));
});

test.each([MultiRZ(3), PauliRot("XZY"), PauliRot("IZ")])("control($name) tells its structure", (gate) => {
  checkGate(control(gate));
  checkGate(control(gate, 2));
});

test("what has a name keeps it, controls add up", () => {
  expect(control(X)).toBe(CNOT);
  expect(control(CNOT)).toBe(Toffoli);
  expect(control(X, 2)).toBe(Toffoli);
  expect(control(RX)).toBe(CRX);
  expect(control(SWAP).name).toBe("CSWAP");
  expect([control(ISWAP).name, control(control(Rot)).name, control(Toffoli).name]).toEqual(["C(ISWAP)", "2C(Rot)", "3C(X)"]);
  expect(control(control(Rot)).controlled).toEqual({ gate: Rot, numControls: 2 });
});

test("refuses a number of controls that is none", () => {
  expect(() => control(ISWAP, 0)).toThrow("numControls must be an integer ≥ 1; got 0.");
});
