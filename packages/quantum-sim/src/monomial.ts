import type { ComplexMatrix } from "./complex-matrix.ts";
import type { Operation } from "./gate.ts";

/** A unitary that moves basis states about and changes signs: |x⟩ → sign(x)·|target(x)⟩. */
export interface Monomial {
  readonly targets: Uint32Array;
  /** ±1. */
  readonly signs: Int8Array;
  readonly moves: boolean;
}

/** The same for a gate's own matrix, or undefined if it has another entry than one ±1 in each column. */
function smallMonomial({ dim, re, im }: ComplexMatrix): { targets: number[]; signs: number[] } | undefined {
  const targets: number[] = [];
  const signs: number[] = [];
  for (let column = 0; column < dim; column++) {
    const rows = Array.from({ length: dim }, (_, row) => row).filter(
      (row) => re[row * dim + column] !== 0 || im[row * dim + column] !== 0,
    );
    const entry = re[rows[0] * dim + column];
    if (rows.length !== 1 || im[rows[0] * dim + column] !== 0 || Math.abs(entry) !== 1) return undefined;
    targets.push(rows[0]);
    signs.push(entry);
  }
  return { targets, signs };
}

/** Whether an operation is a fixed gate that only permutes basis states and changes signs (CNOT, CZ, SWAP, Toffoli …). */
export const isMonomial = ({ gate }: Operation): boolean => gate.numAngles === 0 && smallMonomial(gate.matrix([])) !== undefined;

/** The product of monomial operations, in the order they act. */
export function composeMonomial(operations: readonly Operation[], numQubits: number): Monomial {
  const size = 2 ** numQubits;
  const targets = Uint32Array.from({ length: size }, (_, x) => x);
  const signs = new Int8Array(size).fill(1);
  for (const { gate, wires } of operations) {
    const small = smallMonomial(gate.matrix([]));
    if (!small) throw new Error(`bug: ${gate.name} is not monomial.`);
    const numWires = wires.length;
    const bits = Int32Array.from(wires, (wire) => numQubits - 1 - wire);
    const mask = bits.reduce((all, bit) => all | (1 << bit), 0);
    const placed = Int32Array.from(small.targets, (state) =>
      bits.reduce((index, bit, k) => index | (((state >> (numWires - 1 - k)) & 1) << bit), 0),
    );
    const smallSigns = Int8Array.from(small.signs);
    for (let x = 0; x < size; x++) {
      const y = targets[x];
      let state = 0;
      for (let k = 0; k < numWires; k++) state = 2 * state + ((y >> bits[k]) & 1);
      targets[x] = (y & ~mask) | placed[state];
      signs[x] *= smallSigns[state];
    }
  }
  return { targets, signs, moves: targets.some((y, x) => y !== x) };
}
