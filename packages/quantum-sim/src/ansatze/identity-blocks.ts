import { checkOptions, expect } from "repro-kit";
import type { Ansatz } from "../ansatz.ts";
import { adjoint } from "../gates/adjoint.ts";

export interface IdentityBlocksOptions {
  /** Layers of the given ansatz in each half of a block; default 1. */
  readonly layersPerBlock?: number;
}

/**
 * An ansatz whose layers are blocks U(a)·U(b)†, U being another ansatz: where b = a a block is the identity, as
 * `identityBlockWeights` sets it, so that training begins with a shallow circuit whose gradients do not vanish. Weights are
 * [numLayers, 2, …those of U]: a, then b. The state must not be an eigenstate of the observable, as |0…0⟩ is of Z: there slopes are zero.
 *
 * @throws UsageError if layersPerBlock is not an integer ≥ 1.
 * @see Grant et al. 2019, arXiv:1903.05076, §3
 */
export function identityBlocks(ansatz: Ansatz, options: IdentityBlocksOptions = {}): Ansatz {
  checkOptions("identityBlocks", options, ["layersPerBlock"]);
  const { layersPerBlock = 1 } = options;
  const isCount = Number.isInteger(layersPerBlock) && layersPerBlock >= 1;
  expect(isCount, "identityBlocks", `layersPerBlock must be an integer ≥ 1; got ${layersPerBlock}.`);
  const { embedding, measure } = ansatz;
  return {
    name: `identity-blocks(${ansatz.name})`,
    source: "Grant et al. 2019, An initialization strategy for addressing barren plateaus, arXiv:1903.05076",
    ...(embedding !== undefined && { embedding }),
    ...(measure !== undefined && { measure }),
    weightShape: ({ numQubits, numLayers }) => [numLayers, 2, ...ansatz.weightShape({ numQubits, numLayers: layersPerBlock })],
    *operations({ numQubits, numLayers }, { weight, input }) {
      const size = { numQubits, numLayers: layersPerBlock };
      for (let block = 0; block < numLayers; block++) {
        yield* ansatz.operations(size, { weight: (...index) => weight(block, 0, ...index), input });
        const second = [...ansatz.operations(size, { weight: (...index) => weight(block, 1, ...index), input })];
        for (const { gate, wires, angles } of second.reverse()) yield { gate: adjoint(gate), wires, angles };
      }
    },
  };
}
