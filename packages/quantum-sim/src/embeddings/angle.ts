import type { Embedding } from "../embedding.ts";
import { RX, RY, RZ } from "../gates/rotations.ts";

export type RotationName = "RX" | "RY" | "RZ";

/** The three rotations by name. */
export const rotationGates = { RX, RY, RZ } as const;

/**
 * Angle embedding: feature q turns qubit q, by each of these rotations in turn.
 *
 * @example angleEmbedding(["RY", "RX"]); // named "angle-ry-rx": what MosaiQ does
 */
export function angleEmbedding(rotations: readonly RotationName[]): Embedding {
  return {
    name: ["angle", ...rotations].join("-").toLowerCase(),
    source: "Schuld & Petruccione, Supervised Learning with Quantum Computers (2018), §5.1",
    numFeatures: (numQubits) => numQubits,
    *operations(numQubits, feature) {
      for (let q = 0; q < numQubits; q++) for (const rotation of rotations) yield rotationGates[rotation].on([q], feature(q));
    },
  };
}
