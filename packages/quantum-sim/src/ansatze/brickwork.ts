import type { Ansatz } from "../ansatz.ts";
import type { Gate } from "../gate.ts";
import { CNOT } from "../gates/controlled.ts";
import { RY, RZ } from "../gates/rotations.ts";

/** Each layer: RY and RZ on every qubit, then an entangler on the pairs (0, 1), (2, 3), … and in the next layer (1, 2), (3, 4), … */
export const brickworkWith = (name: string, entangler: Gate): Ansatz => ({
  name,
  source: "Cerezo et al. 2021, Cost function dependent barren plateaus, arXiv:2001.00550 (alternating layered ansatz)",
  weightShape: ({ numQubits, numLayers }) => [numLayers, numQubits, 2],
  *operations({ numQubits, numLayers }, { weight }) {
    for (let layer = 0; layer < numLayers; layer++) {
      for (let q = 0; q < numQubits; q++) yield* [RY.on([q], weight(layer, q, 0)), RZ.on([q], weight(layer, q, 1))];
      for (let q = layer % 2; q + 1 < numQubits; q += 2) yield entangler.on([q, q + 1]);
    }
  },
});

export const brickwork: Ansatz = /* @__PURE__ */ brickworkWith("brickwork", CNOT);
