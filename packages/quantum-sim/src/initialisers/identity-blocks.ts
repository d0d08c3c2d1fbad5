import { expect } from "repro-kit";
import type { Initialiser } from "./initialiser.ts";

/**
 * For circuits of `identityBlocks`: in each block a is uniform in [0, 2π) and b = a, so that the block is the identity.
 * Throws for weights of another shape than [numBlocks, 2, …].
 */
export const identityBlockWeights: Initialiser = {
  name: "identity-blocks",
  source: "Grant et al. 2019, An initialization strategy for addressing barren plateaus, arXiv:1903.05076, §3",
  weights({ name, numWeights, weightShape }, rng) {
    const isBlocks = weightShape.length >= 2 && weightShape[1] === 2;
    const got = `got [${weightShape.join(", ")}]`;
    expect(isBlocks, name, `identity blocks need weights [numBlocks, 2, …]; ${got}. Make the ansatz by identityBlocks(…).`);
    const weights = new Float64Array(numWeights);
    const half = numWeights / weightShape[0] / 2;
    for (let block = 0; block < weightShape[0]; block++) {
      const a = rng.fillUniform(new Float64Array(half), 0, 2 * Math.PI);
      weights.set(a, 2 * block * half);
      weights.set(a, (2 * block + 1) * half);
    }
    return weights;
  },
};
