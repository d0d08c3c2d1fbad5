import { expect } from "repro-kit";
import type { Readings } from "../hardware/device.ts";
import type { Observable } from "../observable.ts";
import { isOdd } from "../statevector.ts";

/** How often each bit string was read. */
export type Counts = Readonly<Record<string, number>>;

/**
 * What was read, from Qiskit's counts: bit strings (spaces between registers are ignored) or "0x…"; qubit 0 is the last character. Here
 * wire 0 is the most significant bit.
 *
 * @throws UsageError for a key of another length or kind, a count that is not a whole number, or no shots.
 */
export function readingsFromCounts(counts: Counts, numQubits: number): Readings & { readonly shots: number } {
  const found = new Map<number, number>();
  let shots = 0;
  for (const [key, count] of Object.entries(counts)) {
    const isCount = Number.isSafeInteger(count) && count >= 0;
    expect(isCount, "counts", () => `a count must be a whole number ≥ 0; got ${count} for "${key}".`);
    const isHex = /^0x[0-9a-f]{1,16}$/i.test(key);
    const text = isHex ? BigInt(key).toString(2).padStart(numQubits, "0") : key.replaceAll(" ", "");
    const isKey = /^[01]+$/.test(text) && text.length === numQubits;
    expect(isKey, "counts", () => `keys must be ${numQubits} bits or "0x…"; got "${key}".`);
    const state = Number.parseInt([...text].reverse().join(""), 2);
    if (count > 0) found.set(state, (found.get(state) ?? 0) + count);
    shots += count;
  }
  expect(shots > 0, "counts", "there are no shots; the counts are empty.");
  const states = Uint32Array.from(found.keys()).sort();
  return { numQubits, states, frequencies: Float64Array.from(states, (state) => (found.get(state) ?? 0) / shots), shots };
}

/** Frequencies of all basis states, [2^numQubits], from Qiskit's counts. @throws UsageError as `readingsFromCounts`. */
export function probabilitiesFromCounts(counts: Counts, numQubits: number): Float64Array {
  const { states, frequencies } = readingsFromCounts(counts, numQubits);
  const all = new Float64Array(2 ** numQubits);
  states.forEach((state, i) => {
    all[state] = frequencies[i];
  });
  return all;
}

/**
 * Expectation values of Pauli words from counts that were read in the words' own bases: each factor counts as Z, an identity gives 1.
 *
 * @throws UsageError as `readingsFromCounts`.
 */
export function expectationsFromCounts(counts: Counts, observables: readonly Observable[], numQubits: number): Float64Array {
  const readings = readingsFromCounts(counts, numQubits);
  return Float64Array.from(observables, (word) => parityMean(word, readings));
}

/** The same from (mitigated) probabilities, [2^numQubits]. */
export function expectationsFromProbabilities(
  probabilities: ArrayLike<number>,
  observables: readonly Observable[],
  numQubits: number,
): Float64Array {
  const frequencies = Float64Array.from(probabilities);
  const readings = { numQubits, states: Uint32Array.from(frequencies.keys()), frequencies };
  return Float64Array.from(observables, (word) => parityMean(word, readings));
}

/** Σ frequency·(−1)^{ones on the word's wires}. */
export function parityMean({ factors }: Observable, { numQubits, states, frequencies }: Readings): number {
  const mask = factors.reduce((bits, { wire }) => bits | (1 << (numQubits - 1 - wire)), 0);
  let sum = 0;
  for (let i = 0; i < states.length; i++) {
    sum += isOdd(states[i] & mask) ? -frequencies[i] : frequencies[i];
  }
  return sum;
}
