import { checkOptions, expect } from "repro-kit";
import type { Embedding } from "../embedding.ts";
import { statePreparation } from "../gates/state-preparation.ts";

export interface AmplitudeEmbeddingOptions {
  /** Features, the first amplitudes; the rest are 0. Default 2^numQubits. */
  readonly numFeatures?: number;
}

/**
 * Amplitude embedding: the state Σ_i x_i|i⟩/|x|, normalised, padded with zeros; gradients are those by the x as given.
 * Running it with features that are all zero throws. Cost O(2^numQubits).
 *
 * @throws UsageError if numFeatures is not an integer ≥ 1, or more than the amplitudes of a circuit.
 */
export function amplitudeEmbedding(options: AmplitudeEmbeddingOptions = {}): Embedding {
  checkOptions("amplitudeEmbedding", options, ["numFeatures"]);
  const { numFeatures } = options;
  const name = "amplitude";
  const isCount = numFeatures === undefined || (Number.isInteger(numFeatures) && numFeatures >= 1);
  expect(isCount, name, `numFeatures must be an integer ≥ 1; got ${numFeatures}.`);
  const countFor = (numQubits: number): number => {
    const size = 2 ** numQubits;
    const count = numFeatures ?? size;
    expect(count <= size, name, `${numQubits} qubits have ${size} amplitudes; got numFeatures ${count}. Take more qubits.`);
    return count;
  };
  return {
    name,
    source: "Schuld & Petruccione, Supervised Learning with Quantum Computers (2018), §5.2; PennyLane, AmplitudeEmbedding",
    numFeatures: countFor,
    *operations(numQubits, feature) {
      const count = countFor(numQubits);
      const angles = Array.from({ length: 2 ** numQubits }, (_, i) => (i < count ? feature(i) : 0));
      // Not by `on`, which would pass 2^numQubits arguments.
      yield { gate: statePreparation(numQubits), wires: Array.from({ length: numQubits }, (_, wire) => wire), angles };
    },
  };
}
