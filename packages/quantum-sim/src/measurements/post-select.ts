import { expect } from "repro-kit";
import { basisOffsets, checkWires, otherWires, outcomeText } from "./basis-offsets.ts";
import { isDensity, type QuantumState } from "./quantum-state.ts";

/** What is read on some wires: wire → 0 or 1. */
export type Outcome = Readonly<Record<number, 0 | 1>>;

/** Below this an outcome counts as impossible: what is left of it is rounding. */
export const LEAST_PROBABILITY = 1e-12;

/** The pairs of an outcome. @throws UsageError if a wire is missing, a bit is not 0 or 1, or no other wire is left. */
export function outcomePairs(scope: string, outcome: Outcome, numQubits: number): (readonly [wire: number, bit: 0 | 1])[] {
  const pairs = Object.entries(outcome).map(([wire, bit]) => [Number(wire), bit] as const);
  const wires = pairs.map(([wire]) => wire);
  checkWires(scope, wires, numQubits);
  for (const [wire, bit] of pairs) expect(bit === 0 || bit === 1, scope, `wire ${wire} must be 0 or 1; got ${bit}.`);
  expect(pairs.length < numQubits, scope, `an outcome of all ${numQubits} wires leaves no state; leave one out.`);
  return pairs;
}

/** @throws UsageError if an outcome cannot happen. */
export function checkProbability(scope: string, probability: number, least: number, outcome: string): void {
  expect(
    probability >= least,
    scope,
    () => `the outcome ${outcome} has probability zero (${probability.toExponential(1)}); select one that can happen.`,
  );
}

/**
 * The state of the other wires after some were found in given values, and how probable that was:
 * ⟨b|ψ⟩/√p with p = ‖⟨b|ψ⟩‖², or ⟨b|ρ|b⟩/p.
 *
 * @param outcome - wire → 0 or 1; `{ 0: 0 }` finds wire 0 in |0⟩.
 * @throws UsageError if the outcome has probability zero, a wire is missing, or none would be left.
 */
export function postSelect<S extends QuantumState>(
  state: S,
  outcome: Outcome,
): { readonly state: S; readonly probability: number } {
  const scope = "postSelect";
  const { numQubits, re, im } = state;
  const pairs = outcomePairs(scope, outcome, numQubits);
  const fixed = pairs.reduce((index, [wire, bit]) => index + bit * 2 ** (numQubits - 1 - wire), 0);
  const others = otherWires(
    pairs.map(([wire]) => wire),
    numQubits,
  );
  const rows = basisOffsets(others, numQubits).map((offset) => offset + fixed);
  const mixed = isDensity(scope, state);
  const places = mixed ? [...rows].flatMap((r) => Array.from(rows, (c) => r * 2 ** numQubits + c)) : [...rows];
  const probability = mixed
    ? rows.reduce((sum, r) => sum + re[r * (2 ** numQubits + 1)], 0)
    : rows.reduce((sum, r) => sum + re[r] ** 2 + im[r] ** 2, 0);
  checkProbability(scope, probability, LEAST_PROBABILITY, outcomeText(pairs));
  const norm = mixed ? probability : Math.sqrt(probability);
  const selected = {
    numQubits: others.length,
    re: Float64Array.from(places, (at) => re[at] / norm),
    im: Float64Array.from(places, (at) => im[at] / norm),
  };
  return { state: selected as S, probability }; // S is one of two interfaces of these three fields
}
