import { checkOptions, expect } from "repro-kit";
import { isInput, isWeight } from "./angle.ts";
import type { Operation } from "./gate.ts";
import { collectWords, type Measurable, type OutputSum } from "./hamiltonian.ts";
import { type Observable, pauliOnEach } from "./observable.ts";

/** What acts on |0…0⟩ and what is measured: plain data, independent of how it is simulated. */
export interface Circuit {
  readonly name: string;
  readonly numQubits: number;
  /** Features per sample. */
  readonly numInputs: number;
  /** Length of the flat weight vector, the product of `weightShape`. */
  readonly numWeights: number;
  readonly weightShape: readonly number[];
  /** The weight shape in names, for messages: "numLayers × numQubits × 3". */
  readonly weightFormula?: string;
  readonly operations: readonly Operation[];
  /** The Pauli words that are measured; one output each, in this order, unless there are `outputs`. */
  readonly observables: readonly Observable[];
  /** Where a Hamiltonian is measured: each output as a weighted sum of the observables. */
  readonly outputs?: readonly OutputSum[];
}

export interface CreateCircuitOptions {
  readonly name?: string;
  readonly numQubits: number;
  /** In the order they act on the state. */
  readonly operations: Iterable<Operation>;
  /** Pauli words ("X0 Z2") or Hamiltonians, one output each; default Z on every wire. */
  readonly observables?: readonly Measurable[];
  /** Sums of the observables, taken over from another circuit. */
  readonly outputs?: readonly OutputSum[];
  /** Features per sample; default: as many as the operations refer to. */
  readonly numInputs?: number;
  /** Shape of the weight array; default: as many as the operations refer to. */
  readonly weightShape?: readonly number[];
  /** That shape in names. */
  readonly weightFormula?: string;
}

const KNOWN = ["name", "numQubits", "operations", "observables", "outputs", "numInputs", "weightShape", "weightFormula"];

/** Most qubits whose basis indices fit a 32-bit mask. */
const MAX_QUBITS = 30;

/**
 * A circuit from its operations.
 *
 * @throws UsageError if a gate or an observable stands on a missing wire, a word names a wire twice, a coefficient is not finite, or a
 * reference is outside the weights or inputs.
 */
export function createCircuit(options: CreateCircuitOptions): Circuit {
  checkOptions("createCircuit", options, KNOWN);
  const { name = "circuit", numQubits } = options;
  const isSize = Number.isInteger(numQubits) && numQubits >= 1 && numQubits <= MAX_QUBITS;
  expect(isSize, name, `numQubits must be an integer from 1 to ${MAX_QUBITS}; got ${numQubits}.`);
  const operations = [...options.operations];
  const { observables, outputs = options.outputs } = collectWords(options.observables ?? pauliOnEach("Z", numQubits));
  const isWire = (wire: number) => wire < numQubits;
  for (const { gate, wires } of operations)
    expect(wires.every(isWire), name, () => `${gate.name} on [${wires.join(", ")}] needs wires below numQubits = ${numQubits}.`);
  for (const word of observables) checkWord(name, word, numQubits);
  for (const { coefficient } of outputs?.flat() ?? [])
    expect(Number.isFinite(coefficient), name, `coefficients of what is measured must be finite; got ${coefficient}.`);

  const angles = operations.flatMap((operation) => operation.angles);
  const usedWeights = numReferred(angles.filter(isWeight).map(({ weight }) => weight));
  const usedInputs = numReferred(angles.filter(isInput).map(({ input }) => input));
  const { weightShape = [usedWeights], weightFormula, numInputs = usedInputs } = options;
  const areCounts = [...weightShape, numInputs].every((count) => Number.isInteger(count) && count >= 0);
  expect(
    areCounts,
    name,
    () => `weightShape and numInputs must be integers ≥ 0; got [${weightShape.join(", ")}] and ${numInputs}.`,
  );
  const numWeights = weightShape.reduce((product, length) => product * length, 1);
  expect(
    usedWeights <= numWeights,
    name,
    `weight ${usedWeights - 1} is outside the ${numWeights} weights of shape [${weightShape.join(", ")}].`,
  );
  expect(usedInputs <= numInputs, name, `input ${usedInputs - 1} is outside the ${numInputs} features.`);
  const given = { ...(outputs && { outputs }), ...(weightFormula !== undefined && { weightFormula }) };
  return { name, numQubits, numInputs, numWeights, weightShape, operations, observables, ...given };
}

/**
 * The same circuit with other things measured: Pauli words or Hamiltonians.
 *
 * @throws UsageError as `createCircuit`.
 */
export function withObservables(circuit: Circuit, observables: readonly Measurable[]): Circuit {
  const { name, numQubits, operations, numInputs, weightShape, weightFormula } = circuit;
  const inNames = weightFormula !== undefined && { weightFormula };
  return createCircuit({ name, numQubits, operations, numInputs, weightShape, ...inNames, observables });
}

/** @throws UsageError for a word that is none on so many qubits; words may be plain objects, which nothing has checked before. */
function checkWord(name: string, { factors }: Observable, numQubits: number): void {
  let seen = 0;
  for (const { pauli, wire } of factors) {
    const isPauli = pauli === "X" || pauli === "Y" || pauli === "Z";
    expect(isPauli, name, () => `observable ${pauli}${wire} must be X, Y or Z on a wire.`);
    const isWire = Number.isInteger(wire) && wire >= 0 && wire < numQubits;
    expect(isWire, name, () => `observable ${pauli}${wire} needs a wire below numQubits = ${numQubits}.`);
    expect((seen & (1 << wire)) === 0, name, () => `an observable must name each wire once; got ${wire} twice.`);
    seen |= 1 << wire;
  }
}

/** 1 + the largest index. */
const numReferred = (indices: readonly number[]): number => indices.reduce((count, index) => Math.max(count, index + 1), 0);
