import { describe, expect, test } from "vitest";
import { distanceFromUnitary, multiply } from "../complex-matrix.ts";
import { angleFrequencies } from "../gradients/gate-spectrum.ts";
import { checkGate } from "../testing.ts";
import {
  CNOT,
  CRot,
  CRX,
  CSWAP,
  ECR,
  gates,
  H,
  ISWAP,
  IsingXY,
  MultiRZ,
  PhaseShift,
  Rot,
  RX,
  RZ,
  S,
  Sdg,
  SWAP,
  SX,
  SXdg,
  T,
  Tdg,
  Toffoli,
  U2,
  U3,
  type X,
} from "./index.ts";

describe.each([...gates])("gate $name", (gate) => {
  test("keeps the gate contract", () => {
    for (const seed of [0, 1, 2]) checkGate(gate, { seed });
  });
});

test("identities between gates", () => {
  const isIdentity = (...factors: (typeof X)[]) =>
    factors.map((gate) => gate.matrix([])).reduce((product, U) => multiply(U, product));
  for (const [gate, inverse] of [
    [S, Sdg],
    [T, Tdg],
    [SX, SXdg],
    [H, H],
  ] as const)
    [1, 0, 0, 1].forEach((entry, i) => {
      expect(isIdentity(gate, inverse).re[i]).toBeCloseTo(entry, 14);
    });
  expect([...multiply(SX.matrix([]), SX.matrix([])).re]).toEqual([0, 1, 1, 0]);
  expect(distanceFromUnitary(U3.matrix([1, 2, 3]))).toBeLessThan(1e-15);
  U2.matrix([0.4, 0.7]).im.forEach((x, i) => {
    expect(x).toBeCloseTo(U3.matrix([Math.PI / 2, 0.4, 0.7]).im[i], 15);
  });
});

test("Rot is RZ·RY·RZ, the first angle acting first", () => {
  Rot.matrix([0.3, 0, 0.4]).im.forEach((x, i) => {
    expect(x).toBeCloseTo(RZ.matrix([0.7]).im[i], 15);
  });
});

test("the echoed cross resonance is PennyLane's", () => {
  // python -c "import pennylane as qml; print(qml.ECR([0, 1]).matrix())" with pennylane 0.45.1
  const r = Math.SQRT1_2;
  const { re, im } = ECR.matrix([]);
  expect([...re]).toEqual([0, 0, r, 0, 0, 0, 0, r, r, 0, 0, 0, 0, r, 0, 0]);
  expect([...im].map((x) => x + 0)).toEqual([0, 0, 0, r, 0, 0, r, 0, 0, -r, 0, 0, -r, 0, 0, 0]);
});

test("frequencies are half the differences of the generator's eigenvalues", () => {
  expect([RX, CRX, PhaseShift, IsingXY].map((gate) => angleFrequencies(gate, 0))).toEqual([[1], [0.5, 1], [1], [0.5, 1]]);
  expect(angleFrequencies(CRot, 1)).toEqual([0.5, 1]);
  expect(angleFrequencies(MultiRZ(20), 0)).toEqual([1]);
});

test("controls come first", () => {
  expect([...CNOT.matrix([]).re]).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0]);
  expect(Toffoli.matrix([]).re[6 * 8 + 7]).toBe(1);
  expect(CSWAP.matrix([]).re[5 * 8 + 6]).toBe(1);
  expect([CNOT, Toffoli, CSWAP, CRot, SWAP, ISWAP].map((gate) => gate.controlled?.numControls ?? 0)).toEqual([1, 2, 1, 1, 0, 0]);
});

test("a gate refuses wires and angles that do not suit it", () => {
  expect(() => CNOT.on([1])).toThrow("[CNOT] acts on 2 wires; got [1].");
  expect(() => CNOT.on([1, 1])).toThrow("[CNOT] needs different wires; got [1, 1].");
  expect(() => RX.on([-1], 0)).toThrow("[RX] acts on 1 wire; got [-1].");
  expect(() => Rot.on([0], 1)).toThrow("[Rot] takes 3 angles; got 1.");
  expect(() => RX.on([0], Number.NaN)).toThrow("[RX] angle 0 must be finite numbers and indices ≥ 0; got NaN.");
  expect(() => RX.on([0], { weight: -1 })).toThrow("got weight -1.");
  expect(() => RX.on([0], { input: 2, scale: 1 / 0 })).toThrow("got input 2 with scale Infinity and shift 0.");
});

test("unknown names list what is known", () => {
  expect(() => gates.resolve("CNOTT")).toThrow('[gate] no gate named "CNOTT"; did you mean "CNOT"?');
});
