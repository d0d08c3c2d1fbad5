import { checkOptions, expect, listKnown } from "repro-kit";
import type { InputRef } from "./angle.ts";
import type { Ansatz } from "./ansatz.ts";
import { ansatze } from "./ansatze/index.ts";
import { type Circuit, createCircuit } from "./circuit.ts";
import type { Embedding } from "./embedding.ts";
import { embeddings } from "./embeddings/index.ts";
import { type Pauli, pauliOnEach } from "./observable.ts";
import { shapeFormula } from "./shape-formula.ts";
import { weightIndexer } from "./weight-indexer.ts";

export interface BuildCircuitOptions {
  readonly numQubits: number;
  readonly numLayers: number;
  /** How features enter; default: what the ansatz names, else "none". */
  readonly embedding?: string | Embedding;
  /** The Pauli measured on each qubit; default: what the ansatz names, else Z. */
  readonly measure?: Pauli;
}

const KNOWN = ["numQubits", "numLayers", "embedding", "measure"];
const PAULIS = ["X", "Y", "Z"];

/**
 * The circuit of an ansatz at a size: embedding, then the ansatz, then one Pauli measured on each qubit.
 *
 * @param ansatz - A name of `ansatze`, or an object of one's own.
 * @throws UsageError if a name is unknown, a size is not a whole number, or the ansatz leaves its declared weight shape.
 */
export function buildCircuit(ansatz: string | Ansatz, options: BuildCircuitOptions): Circuit {
  checkOptions("buildCircuit", options, KNOWN);
  const { numQubits, numLayers } = options;
  const resolved = ansatze.resolve(ansatz);
  const { name } = resolved;
  const embedding = embeddings.resolve(options.embedding ?? resolved.embedding ?? "none");
  const measure = options.measure ?? resolved.measure ?? "Z";
  expect(PAULIS.includes(measure), "buildCircuit", () => `no observable "${measure}"; ${listKnown(measure, PAULIS)}`);
  expect(Number.isInteger(numQubits) && numQubits >= 1, "buildCircuit", `numQubits must be an integer ≥ 1; got ${numQubits}.`);
  expect(Number.isInteger(numLayers) && numLayers >= 1, "buildCircuit", `numLayers must be an integer ≥ 1; got ${numLayers}.`);

  const size = { numQubits, numLayers };
  const own = resolved.weightShape(size);
  const numOwn = product(own);
  const embedded = embedding.weightShape?.(numQubits);
  const numEmbedded = embedded ? product(embedded) : 0;
  const input = (feature: number): InputRef => ({ input: feature });
  const operations = [
    ...embedding.operations(numQubits, input, weightIndexer(embedding.name, embedded ?? [0])),
    ...resolved.operations(size, { weight: weightIndexer(name, own, numEmbedded), input }),
  ];
  // An embedding's weights come before those of the ansatz, in one list.
  const weightShape = embedded ? [numEmbedded + numOwn] : own;
  const ownFormula = shapeFormula(resolved, size);
  const weightFormula = embedded ? `${embedded.join(" × ")} of ${embedding.name}, then ${ownFormula}` : ownFormula;
  const bare = createCircuit({
    name,
    numQubits,
    operations,
    weightShape,
    weightFormula,
    observables: pauliOnEach(measure, numQubits),
  });
  return { ...bare, numInputs: Math.max(bare.numInputs, embedding.numFeatures(numQubits)) };
}

const product = (shape: readonly number[]): number => shape.reduce((all, length) => all * length, 1);
