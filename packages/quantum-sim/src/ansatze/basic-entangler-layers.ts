import type { Ansatz } from "../ansatz.ts";
import { type RotationName, rotationGates } from "../embeddings/angle.ts";
import { CNOT } from "../gates/controlled.ts";

/** Each layer: one rotation per qubit, then a closed ring of CNOTs (on two qubits a single one). */
export const basicEntanglerWith = (name: string, rotation: RotationName): Ansatz => ({
  name,
  source: "PennyLane, BasicEntanglerLayers",
  weightShape: ({ numQubits, numLayers }) => [numLayers, numQubits],
  *operations({ numQubits, numLayers }, { weight }) {
    for (let layer = 0; layer < numLayers; layer++) {
      for (let q = 0; q < numQubits; q++) yield rotationGates[rotation].on([q], weight(layer, q));
      const ringLength = numQubits > 2 ? numQubits : numQubits - 1;
      for (let q = 0; q < ringLength; q++) yield CNOT.on([q, (q + 1) % numQubits]);
    }
  },
});

export const basicEntanglerLayers: Ansatz = /* @__PURE__ */ basicEntanglerWith("basic-entangler-layers", "RX");
