import { checkOptions, expect } from "repro-kit";
import type { DensityMatrix } from "../noise/density-matrix.ts";
import { allWires, basisOffsets, checkWires, otherWires } from "./basis-offsets.ts";
import { isDensity, type QuantumState } from "./quantum-state.ts";

export interface ReducedDensityOptions {
  /** The wires that are kept, in this order; default all. */
  readonly wires?: readonly number[];
  /** Default 2 GiB. */
  readonly memoryLimitBytes?: number;
}

/**
 * The density matrix of some wires, the others traced out: ρ_rc = Σ_t ψ_rt·conj ψ_ct, or Σ_t ρ_(rt)(ct).
 *
 * @param state - A pure state or a density matrix.
 * @returns [2^k, 2^k] for k wires. Cost 2^(n + k), for a density matrix as well.
 * @throws UsageError if a wire is missing or repeated, or 16·4^k bytes exceed the limit.
 * @see Nielsen & Chuang (2010), §2.4.3
 */
export function reducedDensity(state: QuantumState, options: ReducedDensityOptions = {}): DensityMatrix {
  const scope = "reducedDensity";
  checkOptions(scope, options, ["wires", "memoryLimitBytes"]);
  const { numQubits: n } = state;
  const { wires = allWires(n), memoryLimitBytes = 2 ** 31 } = options;
  checkWires(scope, wires, n);
  const bytes = 16 * 4 ** wires.length;
  expect(
    bytes <= memoryLimitBytes,
    scope,
    `a density matrix of ${wires.length} qubits needs ${bytes} bytes; the limit is ${memoryLimitBytes}. Keep fewer wires or raise memoryLimitBytes.`,
  );
  const kept = basisOffsets(wires, n);
  const traced = basisOffsets(otherWires(wires, n), n);
  const size = kept.length;
  const re = new Float64Array(size * size);
  const im = new Float64Array(size * size);
  const mixed = isDensity(scope, state);
  for (let r = 0; r < size; r++)
    for (let c = 0; c <= r; c++) {
      const [x, y] = mixed ? sumMixed(state, kept[r], kept[c], traced) : sumPure(state, kept[r], kept[c], traced);
      re[r * size + c] = x;
      im[r * size + c] = y;
      re[c * size + r] = x;
      im[c * size + r] = -y;
    }
  for (let r = 0; r < size; r++) im[r * size + r] = 0;
  return { numQubits: wires.length, re, im };
}

/** Σ_t ψ_(row t)·conj ψ_(column t). */
function sumPure({ re, im }: QuantumState, row: number, column: number, traced: Int32Array): readonly [number, number] {
  let sumRe = 0;
  let sumIm = 0;
  for (const t of traced) {
    const r = row + t;
    const c = column + t;
    sumRe += re[r] * re[c] + im[r] * im[c];
    sumIm += im[r] * re[c] - re[r] * im[c];
  }
  return [sumRe, sumIm];
}

/** Σ_t ρ_(row t)(column t). */
function sumMixed(
  { numQubits, re, im }: QuantumState,
  row: number,
  column: number,
  traced: Int32Array,
): readonly [number, number] {
  let sumRe = 0;
  let sumIm = 0;
  for (const t of traced) {
    const at = (row + t) * 2 ** numQubits + column + t;
    sumRe += re[at];
    sumIm += im[at];
  }
  return [sumRe, sumIm];
}
