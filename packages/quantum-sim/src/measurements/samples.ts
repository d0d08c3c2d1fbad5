import { checkOptions, expect, type Rng } from "repro-kit";
import { allWires, basisOffsets, checkWires, otherWires } from "./basis-offsets.ts";
import { isDensity, type QuantumState } from "./quantum-state.ts";

/**
 * Probability of each basis state of some wires, [2^k], the others summed over; the first wire is the highest bit.
 *
 * @throws UsageError if a wire is missing or repeated.
 */
export function marginalProbabilities(state: QuantumState, wires: readonly number[] = allWires(state.numQubits)): Float64Array {
  const scope = "marginalProbabilities";
  const { numQubits, re, im } = state;
  checkWires(scope, wires, numQubits);
  const mixed = isDensity(scope, state);
  const summed = basisOffsets(otherWires(wires, numQubits), numQubits);
  const stride = 2 ** numQubits + 1;
  return Float64Array.from(basisOffsets(wires, numQubits), (first) => {
    let sum = 0;
    for (const offset of summed) {
      const x = first + offset;
      sum += mixed ? Math.max(0, re[x * stride]) : re[x] * re[x] + im[x] * im[x];
    }
    return sum;
  });
}

export interface SampleOptions {
  /** Number of readings. */
  readonly shots: number;
  readonly rng: Rng;
  /** The wires that are read, in this order; default all. */
  readonly wires?: readonly number[];
}

/**
 * Readings of the wires in the Z basis, [shots, wires], each 0 or 1.
 *
 * @throws UsageError if `shots` is not a whole number ≥ 1, or a wire is missing or repeated.
 */
export function samples(state: QuantumState, options: SampleOptions): Uint8Array {
  const { indices, numWires } = readings("samples", state, options);
  const bits = new Uint8Array(indices.length * numWires);
  indices.forEach((index, shot) => {
    for (let k = 0; k < numWires; k++) bits[shot * numWires + k] = (index >> (numWires - 1 - k)) & 1;
  });
  return bits;
}

/**
 * How often each bit string was read, wire by wire; those that never were are left out.
 *
 * @example counts(state, { shots: 100, rng: createRng(1) }) // { "00": 52, "11": 48 }
 * @throws UsageError as `samples`.
 */
export function counts(state: QuantumState, options: SampleOptions): Record<string, number> {
  const { indices, numWires } = readings("counts", state, options);
  const found = new Float64Array(2 ** numWires);
  for (const index of indices) found[index]++;
  const entries = [...found.entries()].filter(([, count]) => count > 0);
  return Object.fromEntries(entries.map(([index, count]) => [index.toString(2).padStart(numWires, "0"), count]));
}

function readings(scope: string, state: QuantumState, options: SampleOptions): { indices: Int32Array; numWires: number } {
  checkOptions(scope, options, ["shots", "rng", "wires"]);
  const { shots, rng, wires = allWires(state.numQubits) } = options;
  checkShots(scope, shots);
  return { indices: drawIndices(marginalProbabilities(state, wires), shots, rng), numWires: wires.length };
}

/** @throws UsageError unless it is a whole number ≥ 1. */
export const checkShots = (scope: string, shots: number, name = "shots"): void =>
  expect(Number.isInteger(shots) && shots >= 1, scope, `${name} must be an integer ≥ 1; got ${shots}.`);

/** Basis states drawn by their probabilities, [shots], by bisection of the cumulative sums. */
export function drawIndices(probabilities: Float64Array, shots: number, rng: Rng): Int32Array {
  const cumulative = new Float64Array(probabilities.length);
  let sum = 0;
  for (let x = 0; x < probabilities.length; x++) {
    sum += probabilities[x];
    cumulative[x] = sum;
  }
  const indices = new Int32Array(shots);
  for (let shot = 0; shot < shots; shot++) {
    const level = rng.uniform() * sum;
    let low = 0;
    let high = cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulative[middle] > level) high = middle;
      else low = middle + 1;
    }
    indices[shot] = low;
  }
  return indices;
}
