import { expect, test } from "vitest";
import { scale } from "../complex-matrix.ts";
import { defineGate } from "../gate.ts";
import { CRX, MultiRZ, PauliRot, PhaseShift, productAngle, RX, RZ, statePreparation, X } from "../gates/index.ts";
import { checkGate } from "./check-gate.ts";

test("a wrong derivative is caught", () => {
  expect(() => checkGate(defineGate({ ...RX, derivative: RX.matrix }))).toThrow("[RX] derivative 0 must be the slope");
});

test("a matrix that is not unitary is caught", () => {
  expect(() => checkGate({ ...X, matrix: () => ({ dim: 2, re: Float64Array.of(1, 1, 0, 1), im: new Float64Array(4) }) })).toThrow(
    "[X] matrix must be unitary",
  );
});

test("an angle that changes nothing, and a matrix of another size, are caught", () => {
  const idle = defineGate({
    ...{ name: "idle", numWires: 1, numAngles: 1 },
    matrix: () => X.matrix([]),
    derivative: () => scale(0, X.matrix([])),
  });
  expect(() => checkGate(idle)).toThrow("[idle] matrix must depend on each of its 1 angles; angle 0 changes nothing.");
  expect(() => checkGate({ ...X, numWires: 2 })).toThrow("[X] matrix must have dimension 4; got 2.");
});

test("what a gate declares beside its matrix is checked", () => {
  const wrong = [
    [{ ...RX, generator: RZ.generator }, "[RX] generator 0 must give the derivative"],
    [{ ...RX, generator: RX.matrix }, "[RX] generator 0 must be Hermitian"],
    [{ ...PhaseShift, spectra: [[-1, 1]] }, "[PhaseShift] spectra[0] must hold all eigenvalues of generator 0; got [-1, 1]."],
    [{ ...RX, spectra: [] }, "[RX] spectra must have one entry an angle; got 0."],
    [{ ...productAngle(RX), spectra: [[-1, 1], [-1]] }, "eigenvalues of generator 0"],
    [{ ...MultiRZ(2), phases: [{ mask: 3, coefficient: 0.5 }] }, "phases must be the same gate as matrix"],
    [{ ...PauliRot("XY"), decomposition: PauliRot("XX").decomposition }, "decomposition must be the same gate as matrix"],
    [{ ...CRX, controlled: { gate: RZ, numControls: 1 } }, "controlled must be the same gate as matrix"],
    [{ ...productAngle(RX), productOf: RZ }, "productOf must be the same gate as matrix"],
    [{ ...statePreparation(1), preparation: undefined, phases: [] }, "phases must be the same gate as matrix"],
  ] as const;
  for (const [gate, message] of wrong) expect(() => checkGate(gate)).toThrow(message);
  const { preparation, ...rest } = statePreparation(2);
  if (!preparation) throw new Error("bug: no preparation");
  const badAmplitudes = { ...preparation, amplitudes: () => new Float64Array(4) };
  expect(() => checkGate({ ...rest, preparation: badAmplitudes })).toThrow("preparation must be the same gate as matrix");
  const badSlopes = { ...preparation, vjp: () => new Float64Array(4) };
  expect(() => checkGate({ ...rest, preparation: badSlopes })).toThrow("preparation's slope by angle 0 is 0");
});
