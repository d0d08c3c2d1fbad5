import { checkOptions, expect, listKnown } from "repro-kit";
import type { Embedding } from "../embedding.ts";
import { MultiRZ } from "../gates/multi-rz.ts";
import { type RotationName, rotationGates } from "./angle.ts";

export interface QaoaEmbeddingOptions {
  /** Default 1. */
  readonly numLayers?: number;
  /** The trainable turn of each qubit; default "RY". */
  readonly localField?: RotationName;
}

const FIELDS = ["RX", "RY", "RZ"];

/**
 * QAOA embedding: layers of RX(x_i), ZZ rotations by weights on a ring of qubits, and a trainable local field; at the end RX(x_i) once
 * more. Weights are [numLayers, 2·numQubits] (of two qubits [numLayers, 3], of one [numLayers, 1]): those of ZZ, then those of the fields.
 *
 * @throws UsageError if numLayers is not an integer ≥ 1, or the field is not known.
 */
export function qaoaEmbedding(options: QaoaEmbeddingOptions = {}): Embedding {
  checkOptions("qaoaEmbedding", options, ["numLayers", "localField"]);
  const { numLayers = 1, localField = "RY" } = options;
  expect(Number.isInteger(numLayers) && numLayers >= 1, "qaoaEmbedding", `numLayers must be an integer ≥ 1; got ${numLayers}.`);
  expect(FIELDS.includes(localField), "qaoaEmbedding", () => `no rotation "${localField}"; ${listKnown(localField, FIELDS)}`);
  const numPairs = (numQubits: number) => (numQubits > 2 ? numQubits : numQubits - 1);
  return {
    name: "qaoa",
    source: "Lloyd et al. 2020, Quantum embeddings for machine learning, arXiv:2001.03622; PennyLane, QAOAEmbedding",
    numFeatures: (numQubits) => numQubits,
    weightShape: (numQubits) => [numLayers, numPairs(numQubits) + numQubits],
    *operations(numQubits, feature, weight) {
      const pairs = numPairs(numQubits);
      for (let layer = 0; layer < numLayers; layer++) {
        for (let q = 0; q < numQubits; q++) yield rotationGates.RX.on([q], feature(q));
        for (let q = 0; q < pairs; q++) yield MultiRZ(2).on([q, (q + 1) % numQubits], weight(layer, q));
        for (let q = 0; q < numQubits; q++) yield rotationGates[localField].on([q], weight(layer, pairs + q));
      }
      for (let q = 0; q < numQubits; q++) yield rotationGates.RX.on([q], feature(q));
    },
  };
}
