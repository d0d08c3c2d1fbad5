import { checkOptions, expect } from "repro-kit";
import type { Ansatz } from "../ansatz.ts";
import type { Gate } from "../gate.ts";
import { CNOT } from "../gates/controlled.ts";
import { Rot } from "../gates/rotations.ts";

export interface StronglyEntanglingOptions {
  /** Reach of the ring in each layer, from 1 to numQubits − 1; default 1, 2, …, numQubits − 1, 1, … */
  readonly ranges?: readonly number[];
}

/**
 * Each layer: one arbitrary rotation per qubit, then a ring of two-qubit gates whose reach grows by one from layer
 * to layer (1, 2, …, numQubits − 1, 1, …). The ring's gate is CNOT unless another is given.
 *
 * @throws UsageError (when a circuit is built) if the ranges do not suit its size.
 */
export function stronglyEntanglingWith(name: string, entangler: Gate, options: StronglyEntanglingOptions = {}): Ansatz {
  checkOptions(name, options, ["ranges"]);
  const { ranges } = options;
  return {
    name,
    source: "Schuld et al. 2018, Circuit-centric quantum classifiers, arXiv:1804.00633",
    weightShape: ({ numQubits, numLayers }) => [numLayers, numQubits, 3],
    *operations({ numQubits, numLayers }, { weight }) {
      const count = ranges?.length ?? numLayers;
      expect(count === numLayers, name, `ranges must have one entry a layer, ${numLayers}; got ${count}.`);
      for (let layer = 0; layer < numLayers; layer++) {
        for (let q = 0; q < numQubits; q++) yield Rot.on([q], weight(layer, q, 0), weight(layer, q, 1), weight(layer, q, 2));
        if (numQubits === 1) continue;
        const reach = ranges?.[layer] ?? (layer % (numQubits - 1)) + 1;
        const isReach = Number.isInteger(reach) && reach >= 1 && reach < numQubits;
        expect(
          isReach,
          name,
          `ranges must be integers from 1 to numQubits − 1 = ${numQubits - 1}; got ${reach} in layer ${layer}.`,
        );
        for (let q = 0; q < numQubits; q++) yield entangler.on([q, (q + reach) % numQubits]);
      }
    },
  };
}

export const stronglyEntanglingLayers: Ansatz = /* @__PURE__ */ stronglyEntanglingWith("strongly-entangling-layers", CNOT);
