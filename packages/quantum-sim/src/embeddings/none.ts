import type { Embedding } from "../embedding.ts";

/** No embedding: the ansatz takes its inputs itself, or has none. */
export const noEmbedding: Embedding = {
  name: "none",
  source: "the state |0…0⟩",
  numFeatures: () => 0,
  operations: () => [],
};
