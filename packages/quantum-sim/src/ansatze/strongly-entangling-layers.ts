import type { Ansatz } from "../ansatz.ts";
import type { Gate } from "../gate.ts";
import { CNOT } from "../gates/controlled.ts";
import { Rot } from "../gates/rotations.ts";

/**
 * Each layer: one arbitrary rotation per qubit, then a ring of two-qubit gates whose reach grows by one from layer
 * to layer (1, 2, …, numQubits − 1, 1, …). The ring's gate is CNOT unless another is given.
 */
export const stronglyEntanglingWith = (name: string, entangler: Gate): Ansatz => ({
  name,
  source: "Schuld et al. 2018, Circuit-centric quantum classifiers, arXiv:1804.00633",
  weightShape: ({ numQubits, numLayers }) => [numLayers, numQubits, 3],
  *operations({ numQubits, numLayers }, { weight }) {
    for (let layer = 0; layer < numLayers; layer++) {
      for (let q = 0; q < numQubits; q++) yield Rot.on([q], weight(layer, q, 0), weight(layer, q, 1), weight(layer, q, 2));
      if (numQubits === 1) continue;
      const reach = (layer % (numQubits - 1)) + 1;
      for (let q = 0; q < numQubits; q++) yield entangler.on([q, (q + reach) % numQubits]);
    }
  },
});

export const stronglyEntanglingLayers: Ansatz = /* @__PURE__ */ stronglyEntanglingWith("strongly-entangling-layers", CNOT);
