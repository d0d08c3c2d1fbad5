import type { Ansatz } from "../ansatz.ts";
import { CZ } from "../gates/controlled.ts";
import { RY } from "../gates/rotations.ts";

/**
 * RY on each qubit; then in each layer CZ, RY, RY on the pairs (0, 1), (2, 3), … and on (1, 2), (3, 4), … For deep circuits its moments
 * are those of random unitaries, which is why its gradients vanish with the number of qubits. The weights are one list: PennyLane's
 * `initial_layer_weights`, [numQubits], then its `weights`, [numLayers, numQubits − 1, 2].
 */
export const simplifiedTwoDesign: Ansatz = {
  name: "simplified-two-design",
  source: "Cerezo et al. 2021, Cost function dependent barren plateaus, arXiv:2001.00550, fig. 4; PennyLane, SimplifiedTwoDesign",
  weightShape: ({ numQubits, numLayers }) => [numQubits + 2 * numLayers * (numQubits - 1)],
  *operations({ numQubits, numLayers }, { weight }) {
    let next = 0;
    for (let q = 0; q < numQubits; q++) yield RY.on([q], weight(next++));
    for (let layer = 0; layer < numLayers; layer++)
      for (const first of [0, 1])
        for (let q = first; q + 1 < numQubits; q += 2)
          yield* [CZ.on([q, q + 1]), RY.on([q], weight(next++)), RY.on([q + 1], weight(next++))];
  },
};
