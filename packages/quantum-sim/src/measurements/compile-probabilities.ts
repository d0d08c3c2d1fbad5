import { checkOptions, expect, listKnown } from "repro-kit";
import { type Circuit, withObservables } from "../circuit.ts";
import { type CompileOptions, compileCircuits } from "../compile.ts";
import type { Executable } from "../executable.ts";
import type { Observable } from "../observable.ts";
import { checkWires, otherWires, outcomeText } from "./basis-offsets.ts";
import { LEAST_PROBABILITY, type Outcome, outcomePairs } from "./post-select.ts";
import { probabilityHead } from "./probability-head.ts";

export interface CompileProbabilitiesOptions extends CompileOptions {
  /** The wires that are read, in this order; default all, without the post-selected ones. */
  readonly wires?: readonly number[];
  /** What must be found on other wires, `{ 0: 0 }`; the probabilities are then those under this condition. */
  readonly postSelect?: Outcome;
  /** "max" divides by the largest probability instead, so that pixels fill [0, 1]; default "sum", which leaves probabilities. */
  readonly scale?: "sum" | "max";
  /** Number of circuits of this shape, as `compileGroup`; default 1. */
  readonly count?: number;
  /** As `compileGroup`. */
  readonly sharedInputs?: boolean;
}

const OWN = ["wires", "postSelect", "scale", "count", "sharedInputs"];
const KNOWN = [...OWN, "precision", "path", "memoryLimitBytes", "threads"];
const SCALES = ["sum", "max"];
const MAX_WIRES = 16;
/** Rounding of a probability in float32. */
const LEAST_FLOAT32 = 1e-6;

/**
 * An executable whose outputs are probabilities, [batch, 2^k] for k wires, with gradients by the adjoint method: it goes wherever an
 * `Executable` does, `quantumLayer` too. What the circuit measures is left aside.
 *
 * With `postSelect` the outputs are p(x | outcome) = p(outcome, x)/p(outcome).
 *
 * @throws UsageError if a wire is missing, repeated or both read and post-selected, or there are more than 16. `run`, `vjp` and `record`
 *   throw it where the outcome has probability zero (below 1e-12, 1e-6 in float32).
 * @see Huang et al. 2021, arXiv:2010.06201, and Tsang et al. 2022, arXiv:2212.11614 (patches with post-selected ancillas, p over its maximum)
 */
export function compileProbabilities(circuit: Circuit, options: CompileProbabilitiesOptions = {}): Executable {
  const scope = "compileProbabilities";
  checkOptions(scope, options, KNOWN);
  const { wires: asked, postSelect = {}, scale = "sum", count = 1, sharedInputs = false, ...rest } = options;
  const { numQubits, name } = circuit;
  expect(Number.isInteger(count) && count >= 1, scope, `count must be an integer ≥ 1; got ${count}.`);
  expect(SCALES.includes(scale), scope, () => `no scale "${scale}"; ${listKnown(scale, SCALES)}`);
  const pairs = outcomePairs(scope, postSelect, numQubits);
  const fixed = pairs.map(([wire]) => wire);
  const wires = asked ?? otherWires(fixed, numQubits);
  checkWires(scope, wires, numQubits);
  const both = wires.find((wire) => fixed.includes(wire));
  expect(both === undefined, scope, `wire ${both} is post-selected and cannot be read too; leave it out of wires.`);
  const read = [...fixed, ...wires];
  expect(wires.length >= 1, scope, "wires must name at least one wire; got none.");
  expect(read.length <= MAX_WIRES, scope, `at most ${MAX_WIRES} wires can be read; got ${read.length}. Name fewer in wires.`);

  const size = 2 ** wires.length;
  const numWords = 2 ** read.length;
  const isWhole = pairs.length === 0;
  const head = probabilityHead(numWords, {
    first: pairs.reduce((index, [, bit]) => 2 * index + bit, 0) * size,
    size,
    divisor: scale === "max" ? "max" : isWhole ? "none" : "sum",
    least: rest.precision === "float64" ? LEAST_PROBABILITY : LEAST_FLOAT32,
    scope: name,
    outcome: outcomeText(pairs),
  });
  const measured = withObservables(circuit, productsOfZ(read));
  return compileCircuits(scope, measured, { ...rest, count, sharedInputs }, head);
}

/** Z on every subset of the wires, [2^k]; the first wire is the highest bit of the index, 0 is the identity. */
const productsOfZ = (wires: readonly number[]): Observable[] =>
  Array.from({ length: 2 ** wires.length }, (_, mask) => ({
    factors: wires.filter((_, k) => (mask >> (wires.length - 1 - k)) & 1).map((wire) => ({ pauli: "Z" as const, wire })),
  }));
