import { checkOptions, expect, listKnown } from "repro-kit";
import type { Ansatz } from "../ansatz.ts";
import { type RotationName, rotationGates } from "../embeddings/angle.ts";
import { CNOT, CZ } from "../gates/controlled.ts";

export interface RotationLayersOptions {
  /** Trainable rotations of each qubit, in the order they act. */
  readonly rotations: readonly RotationName[];
  /** The gate between neighbours 0–1, 1–2, …, after the rotations of each layer. */
  readonly entangler: "CNOT" | "CZ";
  /** Default: made of the two. */
  readonly name?: string;
  readonly source?: string;
  readonly embedding?: string;
  readonly measure?: "X" | "Y" | "Z";
}

const ROTATIONS = ["RX", "RY", "RZ"];
const ENTANGLERS = { CNOT, CZ } as const;
const KNOWN = ["rotations", "entangler", "name", "source", "embedding", "measure"];

/**
 * Layers of rotations on every qubit followed by a chain of entanglers; weights are [layer][qubit][rotation].
 *
 * @throws UsageError if a rotation or the entangler is not known.
 */
export function rotationLayers(options: RotationLayersOptions): Ansatz {
  checkOptions("rotationLayers", options, KNOWN);
  const { rotations, entangler, source = "this package", embedding, measure } = options;
  for (const rotation of rotations)
    expect(ROTATIONS.includes(rotation), "rotationLayers", () => `no rotation "${rotation}"; ${listKnown(rotation, ROTATIONS)}`);
  expect(rotations.length > 0, "rotationLayers", "expected at least one rotation; got none.");
  const known = Object.keys(ENTANGLERS);
  expect(known.includes(entangler), "rotationLayers", () => `no entangler "${entangler}"; ${listKnown(entangler, known)}`);
  return {
    name: options.name ?? [...rotations, entangler].join("-").toLowerCase(),
    source,
    ...(embedding === undefined ? {} : { embedding }),
    ...(measure === undefined ? {} : { measure }),
    weightShape: ({ numQubits, numLayers }) => [numLayers, numQubits, rotations.length],
    *operations({ numQubits, numLayers }, { weight }) {
      for (let layer = 0; layer < numLayers; layer++) {
        for (let q = 0; q < numQubits; q++)
          for (const [r, rotation] of rotations.entries()) yield rotationGates[rotation].on([q], weight(layer, q, r));
        for (let q = 0; q + 1 < numQubits; q++) yield ENTANGLERS[entangler].on([q, q + 1]);
      }
    },
  };
}
