import { checkOptions, expect, listKnown } from "repro-kit";
import type { Ansatz } from "../ansatz.ts";
import { type RotationName, rotationGates } from "../embeddings/angle.ts";
import { CNOT, CZ } from "../gates/controlled.ts";
import { type EntanglingPattern, entangledPairs } from "./entangling-pattern.ts";

export interface HardwareEfficientOptions {
  /** Trainable rotations of each qubit, in the order they act; default RY, RZ. */
  readonly rotations?: readonly RotationName[];
  /** Default "CNOT". */
  readonly entangler?: "CNOT" | "CZ";
  /** Default "chain". */
  readonly pattern?: EntanglingPattern;
}

const ROTATIONS = ["RX", "RY", "RZ"];
const PATTERNS = ["chain", "ring", "all"];
const ENTANGLERS = { CNOT, CZ } as const;

/**
 * Layers of rotations on each qubit and entanglers along a pattern, and rotations once more at the end; weights are
 * [numLayers + 1, numQubits, rotations]. With the defaults it is the layout of Qiskit's EfficientSU2 with entanglement "linear".
 *
 * @throws UsageError if a name is not known.
 */
export function hardwareEfficientWith(name: string, options: HardwareEfficientOptions = {}): Ansatz {
  checkOptions(name, options, ["rotations", "entangler", "pattern"]);
  const { rotations = ["RY", "RZ"], entangler = "CNOT", pattern = "chain" } = options;
  expect(rotations.length > 0, name, "expected at least one rotation; got none.");
  for (const rotation of rotations)
    expect(ROTATIONS.includes(rotation), name, () => `no rotation "${rotation}"; ${listKnown(rotation, ROTATIONS)}`);
  const known = Object.keys(ENTANGLERS);
  expect(known.includes(entangler), name, () => `no entangler "${entangler}"; ${listKnown(entangler, known)}`);
  expect(PATTERNS.includes(pattern), name, () => `no pattern "${pattern}"; ${listKnown(pattern, PATTERNS)}`);
  return {
    name,
    source: "Kandala et al. 2017, Hardware-efficient variational quantum eigensolver, arXiv:1704.05018; Qiskit, EfficientSU2",
    weightShape: ({ numQubits, numLayers }) => [numLayers + 1, numQubits, rotations.length],
    *operations({ numQubits, numLayers }, { weight }) {
      for (let layer = 0; layer <= numLayers; layer++) {
        for (let q = 0; q < numQubits; q++)
          for (const [r, rotation] of rotations.entries()) yield rotationGates[rotation].on([q], weight(layer, q, r));
        if (layer < numLayers) for (const pair of entangledPairs(pattern, numQubits)) yield ENTANGLERS[entangler].on(pair);
      }
    },
  };
}

export const hardwareEfficient: Ansatz = /* @__PURE__ */ hardwareEfficientWith("hardware-efficient");
