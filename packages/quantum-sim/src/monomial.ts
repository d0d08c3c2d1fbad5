import type { ComplexMatrix } from "./complex-matrix.ts";
import type { Gate, Operation } from "./gate.ts";
import { type LinearMoves, noMoves, targetsOf, thenMove } from "./linear-moves.ts";

/** A unitary that moves basis states about and changes signs: |x⟩ → sign(x)·|target(x)⟩. */
export interface Monomial {
  readonly targets: Uint32Array;
  /** ±1. */
  readonly signs: Int8Array;
  readonly moves: boolean;
}

/** The same of a gate's own basis states. */
interface SmallMonomial {
  readonly targets: readonly number[];
  readonly signs: readonly number[];
}

/** Found once for each gate; undefined if it has another entry than one ±1 in some column. */
const known = new WeakMap<Gate, { readonly small: SmallMonomial | undefined }>();

/** Wires up to which a controlled gate is written out as a permutation. */
const MOST_WIRES = 12;

function smallMonomial(gate: Gate): SmallMonomial | undefined {
  const found = known.get(gate) ?? { small: gate.numAngles === 0 ? monomialOf(gate) : undefined };
  known.set(gate, found);
  return found.small;
}

/** A controlled gate is told by the gate that it controls, without its matrix. */
function monomialOf({ controlled, numWires, matrix }: Gate): SmallMonomial | undefined {
  if (!controlled) return readMonomial(matrix([]));
  const base = numWires <= MOST_WIRES ? smallMonomial(controlled.gate) : undefined;
  if (!base) return undefined;
  const corner = 2 ** numWires - base.targets.length;
  const still = Array.from({ length: corner }, (_, x) => x);
  return {
    targets: [...still, ...base.targets.map((target) => corner + target)],
    signs: [...still.map(() => 1), ...base.signs],
  };
}

function readMonomial({ dim, re, im }: ComplexMatrix): SmallMonomial | undefined {
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
export const isMonomial = ({ gate }: Operation): boolean => smallMonomial(gate) !== undefined;

/** The product of monomial operations, in the order they act. */
export function composeMonomial(operations: readonly Operation[], numQubits: number): Monomial {
  const size = 2 ** numQubits;
  let targets = targetsOf(noMoves(numQubits));
  /** Moves that are still to be put into `targets`: those of many CNOTs cost as much as those of one. */
  let pending: LinearMoves | undefined;
  const bringUpToDate = (): void => {
    if (!pending) return;
    const moved = targetsOf(pending);
    targets = targets.map((x) => moved[x]);
    pending = undefined;
  };
  const signs = new Int8Array(size).fill(1);
  for (const { gate, wires } of operations) {
    const small = smallMonomial(gate);
    if (!small) throw new Error(`bug: ${gate.name} is not monomial.`);
    const numWires = wires.length;
    const bits = Int32Array.from(wires, (wire) => numQubits - 1 - wire);
    const isSigned = small.signs.some((sign) => sign < 0);
    const linear = isSigned ? undefined : thenMove(pending ?? noMoves(numQubits), [...bits], small.targets);
    if (linear) {
      pending = linear;
      continue;
    }
    bringUpToDate();
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
  bringUpToDate();
  return { targets, signs, moves: targets.some((y, x) => y !== x) };
}
