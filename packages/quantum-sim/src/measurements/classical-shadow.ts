import { checkOptions, expect, type Rng } from "repro-kit";
import { type Measurable, toHamiltonian } from "../hamiltonian.ts";
import type { Observable, Pauli } from "../observable.ts";
import type { Statevector } from "../statevector.ts";
import { isDensity } from "./quantum-state.ts";
import { checkShots } from "./samples.ts";

/** Readings of a state, each in Pauli bases drawn at random for every qubit. */
export interface ClassicalShadow {
  readonly numQubits: number;
  readonly snapshots: number;
  /** [snapshots, numQubits]: the basis, 0 for X, 1 for Y, 2 for Z. */
  readonly bases: Uint8Array;
  /** [snapshots, numQubits]: the reading, 0 for eigenvalue +1, 1 for −1. */
  readonly outcomes: Uint8Array;
}

export interface ClassicalShadowOptions {
  readonly snapshots: number;
  /** Snapshot i depends on the stream and on i alone. */
  readonly rng: Rng;
}

const PAULIS: readonly Pauli[] = ["X", "Y", "Z"];

/**
 * A classical shadow of a pure state by random Pauli measurements. Cost 2^(n + 1) for each snapshot.
 *
 * @throws UsageError if `snapshots` is not a whole number ≥ 1.
 * @see Huang, Kueng & Preskill 2020, arXiv:2002.08953 (random Pauli measurements)
 */
export function classicalShadow(state: Statevector, options: ClassicalShadowOptions): ClassicalShadow {
  const scope = "classicalShadow";
  checkOptions(scope, options, ["snapshots", "rng"]);
  const { snapshots, rng } = options;
  checkShots(scope, snapshots, "snapshots");
  expect(!isDensity(scope, state), scope, "takes pure states; got a density matrix. Sample trajectories instead.");
  const { numQubits } = state;
  const bases = new Uint8Array(snapshots * numQubits);
  const outcomes = new Uint8Array(snapshots * numQubits);
  const re = new Float64Array(state.re.length);
  const im = new Float64Array(state.im.length);
  for (let i = 0; i < snapshots; i++) {
    const own = rng.fork("snapshot", i);
    re.set(state.re);
    im.set(state.im);
    let norm = re.reduce((sum, x, k) => sum + x * x + im[k] * im[k], 0);
    for (let wire = 0; wire < numQubits; wire++) {
      const basis = own.integer(3);
      const half = re.length >> (wire + 1);
      const plus = plusProbability(re, im, half, basis);
      const isMinus = own.uniform() * norm >= plus;
      collapse(re, im, half, basis, isMinus ? -1 : 1);
      norm = isMinus ? norm - plus : plus;
      bases[i * numQubits + wire] = basis;
      outcomes[i * numQubits + wire] = isMinus ? 1 : 0;
    }
  }
  return { numQubits, snapshots, bases, outcomes };
}

/** ‖⟨+|ψ⟩‖² for the eigenvector of +1 of the highest wire of the first 2·half amplitudes. */
function plusProbability(re: Float64Array, im: Float64Array, half: number, basis: number): number {
  let zero = 0;
  let one = 0;
  let cross = 0;
  for (let x = 0; x < half; x++) {
    const y = x + half;
    zero += re[x] * re[x] + im[x] * im[x];
    one += re[y] * re[y] + im[y] * im[y];
    cross += basis === 0 ? re[x] * re[y] + im[x] * im[y] : re[x] * im[y] - im[x] * re[y];
  }
  return basis === 2 ? zero : (zero + one) / 2 + cross;
}

/** Leaves ⟨±|ψ⟩ in the first `half` amplitudes. ⟨±| is (⟨0| ± ⟨1|)/√2 for X, (⟨0| ∓ i⟨1|)/√2 for Y. */
function collapse(re: Float64Array, im: Float64Array, half: number, basis: number, sign: 1 | -1): void {
  if (basis === 2) {
    if (sign < 0) for (const part of [re, im]) part.copyWithin(0, half, 2 * half);
    return;
  }
  const factor = sign * Math.SQRT1_2;
  for (let x = 0; x < half; x++) {
    const y = x + half;
    const a = basis === 0 ? re[y] : im[y];
    const b = basis === 0 ? im[y] : -re[y];
    re[x] = Math.SQRT1_2 * re[x] + factor * a;
    im[x] = Math.SQRT1_2 * im[x] + factor * b;
  }
}

export interface ShadowExpectationOptions {
  /** Groups whose means the median is taken of; default 1, the mean of all snapshots. */
  readonly groups?: number;
}

/**
 * ⟨H⟩ from a shadow: for each word the median over groups of the means of ∏ 3·(±1) where all its bases were drawn, 0 elsewhere.
 *
 * @throws UsageError if a word needs another wire, or there are more groups than snapshots.
 * @see Huang, Kueng & Preskill 2020, arXiv:2002.08953, Algorithm 1
 */
export function shadowExpectation(
  shadow: ClassicalShadow,
  observable: Measurable,
  options: ShadowExpectationOptions = {},
): number {
  const scope = "shadowExpectation";
  checkOptions(scope, options, ["groups"]);
  const { groups = 1 } = options;
  const { snapshots } = shadow;
  const isCount = Number.isInteger(groups) && groups >= 1 && groups <= snapshots;
  expect(isCount, scope, `groups must be an integer from 1 to the ${snapshots} snapshots; got ${groups}.`);
  return toHamiltonian(observable).terms.reduce((sum, { coefficient, word }) => {
    const means = Array.from({ length: groups }, (_, g) => {
      const first = Math.floor((g * snapshots) / groups);
      const end = Math.floor(((g + 1) * snapshots) / groups);
      return meanOf(scope, shadow, word, first, end);
    });
    return sum + coefficient * median(means);
  }, 0);
}

function meanOf(scope: string, shadow: ClassicalShadow, { factors }: Observable, first: number, end: number): number {
  const { numQubits, bases, outcomes } = shadow;
  for (const { pauli, wire } of factors)
    expect(wire < numQubits, scope, `${pauli}${wire} needs a wire below numQubits = ${numQubits}.`);
  const wanted = factors.map(({ pauli, wire }) => ({ basis: PAULIS.indexOf(pauli), wire }));
  let sum = 0;
  for (let i = first; i < end; i++) {
    let value = 1;
    for (const { basis, wire } of wanted) {
      const at = i * numQubits + wire;
      value *= bases[at] === basis ? 3 * (1 - 2 * outcomes[at]) : 0;
    }
    sum += value;
  }
  return sum / (end - first);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Snapshots and groups with which all of these words are within `error` with probability 1 − `failure`:
 * K = 2·log(2M/δ) groups of 34·3^locality/ε².
 *
 * @throws UsageError unless the error is above 0 and the failure in (0, 1).
 * @see Huang, Kueng & Preskill 2020, arXiv:2002.08953 (the bound for random Pauli measurements)
 */
export function shadowSize(
  words: readonly Measurable[],
  { error, failure = 0.01 }: { readonly error: number; readonly failure?: number },
): { readonly snapshots: number; readonly groups: number } {
  const scope = "shadowSize";
  expect(
    error > 0 && failure > 0 && failure < 1,
    scope,
    `error must be above 0 and failure in (0, 1); got ${error}, ${failure}.`,
  );
  const localities = words.flatMap((word) => toHamiltonian(word).terms.map((term) => term.word.factors.length));
  expect(localities.length > 0, scope, "expected at least one word; got none.");
  const groups = Math.ceil(2 * Math.log((2 * localities.length) / failure));
  const perGroup = Math.ceil((34 * 3 ** Math.max(...localities)) / error ** 2);
  return { snapshots: groups * perGroup, groups };
}
