/** MultiRZ(θ) = exp(−iθ Z⊗…⊗Z/2). Its phases stand for the matrix, so it may lie on as many wires as a circuit has. */
import { expect } from "repro-kit";
import type { ComplexMatrix } from "../complex-matrix.ts";
import { defineGate, type Gate } from "../gate.ts";

/** Wires up to which such a gate gives a matrix: at 12 it takes 0.5 GiB. */
const MOST_MATRIX_WIRES = 12;
const MOST_WIRES = 30;

/** @throws UsageError if a dense matrix on so many wires would not fit. */
export function checkMatrixWires(name: string, numWires: number): void {
  expect(
    numWires <= MOST_MATRIX_WIRES,
    name,
    `has a dense matrix up to ${MOST_MATRIX_WIRES} wires; got ${numWires}. Compile the circuit instead: it takes no matrix there.`,
  );
}

const isOdd = (bits: number): boolean => {
  let odd = false;
  for (let left = bits; left; left &= left - 1) odd = !odd;
  return odd;
};

const known = /* @__PURE__ */ new Map<number, Gate>();

/** The gate on so many wires, 1 to 30. @throws UsageError if the number is another. */
export function MultiRZ(numWires: number): Gate {
  const isCount = Number.isInteger(numWires) && numWires >= 1 && numWires <= MOST_WIRES;
  expect(isCount, "MultiRZ", `numWires must be an integer from 1 to ${MOST_WIRES}; got ${numWires}.`);
  const found = known.get(numWires);
  if (found) return found;
  const name = `MultiRZ(${numWires})`;
  /** diag(f(parity)), f giving [re, im]. */
  const diagonal = (f: (sign: number) => readonly [number, number]): ComplexMatrix => {
    checkMatrixWires(name, numWires);
    const dim = 2 ** numWires;
    const re = new Float64Array(dim * dim);
    const im = new Float64Array(dim * dim);
    for (let x = 0; x < dim; x++) [re[x * (dim + 1)], im[x * (dim + 1)]] = f(isOdd(x) ? -1 : 1);
    return { dim, re, im };
  };
  const gate = defineGate({
    name,
    numWires,
    numAngles: 1,
    spectra: [[-1, 1]],
    phases: [{ mask: 2 ** numWires - 1, coefficient: -0.5 }],
    matrix: ([theta]) => diagonal((sign) => [Math.cos(theta / 2), -sign * Math.sin(theta / 2)]),
    derivative: ([theta]) => diagonal((sign) => [-Math.sin(theta / 2) / 2, (-sign * Math.cos(theta / 2)) / 2]),
    generator: () => diagonal((sign) => [sign, 0]),
  });
  known.set(numWires, gate);
  return gate;
}
