import { scaled } from "../angle.ts";
import type { Embedding } from "../embedding.ts";
import { RX } from "../gates/rotations.ts";

/**
 * Basis embedding: features 0 and 1 make the basis state of these bits, up to a global phase; between them the qubit is turned by a
 * share of π about X.
 */
export const basisEmbedding: Embedding = {
  name: "basis",
  source: "Schuld & Petruccione, Supervised Learning with Quantum Computers (2018), §5.1; PennyLane, BasisEmbedding",
  numFeatures: (numQubits) => numQubits,
  *operations(numQubits, feature) {
    for (let q = 0; q < numQubits; q++) yield RX.on([q], scaled(feature(q), Math.PI));
  },
};
