import { checkOptions, expect } from "repro-kit";
import { isInput, isWeight } from "./angle.ts";
import type { Operation } from "./gate.ts";
import { type Observable, pauliOnEach, pauliWord } from "./observable.ts";

/** What acts on |0…0⟩ and what is measured: plain data, independent of how it is simulated. */
export interface Circuit {
  readonly name: string;
  readonly numQubits: number;
  /** Features per sample. */
  readonly numInputs: number;
  /** Length of the flat weight vector, the product of `weightShape`. */
  readonly numWeights: number;
  readonly weightShape: readonly number[];
  readonly operations: readonly Operation[];
  /** One expectation value each, in this order. */
  readonly observables: readonly Observable[];
}

export interface CreateCircuitOptions {
  readonly name?: string;
  readonly numQubits: number;
  /** In the order they act on the state. */
  readonly operations: Iterable<Operation>;
  /** Pauli words ("X0 Z2") or observables; default Z on every wire. */
  readonly observables?: readonly (string | Observable)[];
  /** Features per sample; default: as many as the operations refer to. */
  readonly numInputs?: number;
  /** Shape of the weight array; default: as many as the operations refer to. */
  readonly weightShape?: readonly number[];
}

const KNOWN = ["name", "numQubits", "operations", "observables", "numInputs", "weightShape"];

/** Most qubits whose basis indices fit a 32-bit mask. */
const MAX_QUBITS = 30;

/**
 * A circuit from its operations.
 *
 * @throws UsageError if a gate or an observable stands on a missing wire, or a reference is outside the weights or inputs.
 */
export function createCircuit(options: CreateCircuitOptions): Circuit {
  checkOptions("createCircuit", options, KNOWN);
  const { name = "circuit", numQubits } = options;
  const isSize = Number.isInteger(numQubits) && numQubits >= 1 && numQubits <= MAX_QUBITS;
  expect(isSize, name, `numQubits must be an integer from 1 to ${MAX_QUBITS}; got ${numQubits}.`);
  const operations = [...options.operations];
  const observables = (options.observables ?? pauliOnEach("Z", numQubits)).map((observable) =>
    typeof observable === "string" ? pauliWord(observable) : observable,
  );
  const isWire = (wire: number) => wire < numQubits;
  for (const { gate, wires } of operations)
    expect(wires.every(isWire), name, () => `${gate.name} on [${wires.join(", ")}] needs wires below numQubits = ${numQubits}.`);
  for (const { factors } of observables)
    for (const { pauli, wire } of factors)
      expect(isWire(wire), name, `observable ${pauli}${wire} needs a wire below numQubits = ${numQubits}.`);

  const angles = operations.flatMap((operation) => operation.angles);
  const usedWeights = numReferred(angles.filter(isWeight).map(({ weight }) => weight));
  const usedInputs = numReferred(angles.filter(isInput).map(({ input }) => input));
  const { weightShape = [usedWeights], numInputs = usedInputs } = options;
  const numWeights = weightShape.reduce((product, length) => product * length, 1);
  expect(
    usedWeights <= numWeights,
    name,
    `weight ${usedWeights - 1} is outside the ${numWeights} weights of shape [${weightShape.join(", ")}].`,
  );
  expect(usedInputs <= numInputs, name, `input ${usedInputs - 1} is outside the ${numInputs} features.`);
  return { name, numQubits, numInputs, numWeights, weightShape, operations, observables };
}

/** 1 + the largest index. */
const numReferred = (indices: readonly number[]): number => indices.reduce((count, index) => Math.max(count, index + 1), 0);
