import { createRng } from "repro-kit";
import { describe, expect, test } from "vitest";
import { type ComplexMatrix, identity } from "./complex-matrix.ts";
import { CNOT, CSWAP, gates, Rot, X, Y, Z } from "./gates/index.ts";
import { pauliMasks, pauliWord } from "./observable.ts";
import { addPauli, applyMatrix, createStatevector, expectPauli, realMatrixElement, type Statevector } from "./statevector.ts";

/** Sums of a few dozen products of numbers below 1. */
const ROUNDING = 1e-14;

function randomState(numQubits: number, seed: number): Statevector {
  const state = createStatevector(numQubits);
  const rng = createRng(seed);
  rng.fillNormal(state.re);
  rng.fillNormal(state.im);
  return state;
}

/** The matrix of U on `wires` over the whole register, entry by entry: the oracle of `applyMatrix`. */
function applySlowly(U: ComplexMatrix, wires: readonly number[], psi: Statevector): Statevector {
  const { numQubits } = psi;
  const out = createStatevector(numQubits);
  const local = (x: number) => wires.reduce((index, wire) => 2 * index + ((x >> (numQubits - 1 - wire)) & 1), 0);
  const rest = (x: number) => wires.reduce((index, wire) => index & ~(1 << (numQubits - 1 - wire)), x);
  for (let x = 0; x < psi.re.length; x++)
    for (let y = 0; y < psi.re.length; y++) {
      if (rest(x) !== rest(y)) continue;
      const u = local(x) * U.dim + local(y);
      out.re[x] += U.re[u] * psi.re[y] - U.im[u] * psi.im[y];
      out.im[x] += U.re[u] * psi.im[y] + U.im[u] * psi.re[y];
    }
  return out;
}

function expectClose(a: Statevector, b: Statevector): void {
  for (const part of ["re", "im"] as const)
    for (const [i, value] of a[part].entries()) expect(Math.abs(value - b[part][i])).toBeLessThan(10 * ROUNDING);
}

describe("applyMatrix equals the matrix written out", () => {
  test.each([...gates].map((gate) => [gate.name, gate] as const))("%s", (_, gate) => {
    const angles = [0.3, -1.1, 2.2].slice(0, gate.numAngles);
    for (const wires of [
      [2, 0, 3],
      [0, 1, 2],
      [3, 2, 1],
    ]) {
      const state = randomState(4, 1);
      const wanted = applySlowly(gate.matrix(angles), wires.slice(0, gate.numWires), state);
      applyMatrix(gate.matrix(angles), wires.slice(0, gate.numWires), state);
      expectClose(state, wanted);
    }
  });
});

test("a Pauli word acts as its gates do, and its expectation value is the matrix element", () => {
  const paulis = { X, Y, Z };
  for (const word of ["X0", "Y1", "Z2", "X0 Y2", "Y0 Y1 Y2", "Z0 Y1 X2", "Y0 Y2"]) {
    const psi = randomState(3, 2);
    const wanted = { ...psi, re: psi.re.slice(), im: psi.im.slice() };
    for (const { pauli, wire } of pauliWord(word).factors) applyMatrix(paulis[pauli].matrix([]), [wire], wanted);
    const out = createStatevector(3);
    const masks = pauliMasks(pauliWord(word), 3);
    addPauli(1, masks, psi, out);
    expectClose(out, wanted);
    expect(expectPauli(masks, psi)).toBeCloseTo(realMatrixElement(psi, identity(2), [0], wanted), 12);
  }
});

test("matrix elements agree with applying the matrix", () => {
  for (const [gate, wires] of [
    [Rot, [1]],
    [CNOT, [2, 0]],
    [CSWAP, [1, 2, 0]],
  ] as const) {
    const U = gate.matrix([0.1, 0.2, 0.3]);
    const bra = randomState(3, 3);
    const ket = randomState(3, 4);
    const element = realMatrixElement(bra, U, wires, ket);
    applyMatrix(U, wires, ket);
    expect(element).toBeCloseTo(realMatrixElement(bra, identity(2), [0], ket), 12);
  }
});
