import type { Ansatz } from "../ansatz.ts";
import { CNOT } from "../gates/controlled.ts";
import { RY } from "../gates/rotations.ts";

/** The pairs of a binary tree over the qubits, from the leaves to the root: of each pair the second goes on, an odd one out waits. */
export function treePairs(numQubits: number): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  let alive = Array.from({ length: numQubits }, (_, wire) => wire);
  while (alive.length > 1) {
    const next: number[] = [];
    for (let i = 0; i + 1 < alive.length; i += 2) {
      pairs.push([alive[i], alive[i + 1]]);
      next.push(alive[i + 1]);
    }
    if (alive.length % 2 === 1) next.push(alive[alive.length - 1]);
    alive = next;
  }
  return pairs;
}

/**
 * A binary tree of blocks over two qubits, each `numLayers` times RY, RY, CNOT; weights are [block][layer][qubit of the pair]. What the
 * tree has learnt stands on the last qubit. For numQubits = 2^k it is PennyLane's TTN with such a block.
 */
export const treeTensorNetwork: Ansatz = {
  name: "tree-tensor-network",
  source: "Grant et al. 2018, Hierarchical quantum classifiers, arXiv:1804.03680; PennyLane, TTN",
  weightShape: ({ numQubits, numLayers }) => [numQubits - 1, numLayers, 2],
  *operations({ numQubits, numLayers }, { weight }) {
    for (const [block, [a, b]] of treePairs(numQubits).entries())
      for (let layer = 0; layer < numLayers; layer++)
        yield* [RY.on([a], weight(block, layer, 0)), RY.on([b], weight(block, layer, 1)), CNOT.on([a, b])];
  },
};
