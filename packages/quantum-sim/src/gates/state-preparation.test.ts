import { expect, test } from "vitest";
import { checkGate } from "../contracts/check-gate.ts";
import { statePreparation } from "./state-preparation.ts";

test.each([1, 2, 3])("on %i wires it keeps the gate contract", (numWires) => {
  for (const seed of [0, 1, 2]) checkGate(statePreparation(numWires), { seed });
});

test("normalises, whatever the scale and signs", () => {
  const { preparation, matrix } = statePreparation(1);
  expect([...(preparation?.amplitudes([3, -4]) ?? [])]).toEqual([0.6, -0.8]);
  expect(preparation?.amplitudes([3e-200, 4e-200])[1]).toBeCloseTo(0.8, 15);
  expect(preparation?.amplitudes([3e200, 4e200])[1]).toBeCloseTo(0.8, 15);
  expect(matrix([-3, 4]).re[0]).toBeCloseTo(-0.6, 15);
});

test("refuses vectors that are no state", () => {
  const { preparation } = statePreparation(1);
  expect(() => preparation?.amplitudes([0, 0])).toThrow(
    "[StatePreparation(1)] amplitudes must be finite and not all zero; got zeros only, which no state has.",
  );
  expect(() => preparation?.amplitudes([1, Number.POSITIVE_INFINITY])).toThrow("got one that is not.");
  expect(() => statePreparation(0)).toThrow("[statePreparation] numWires must be an integer from 1 to 30; got 0.");
});
