import { checkOptions, expect } from "repro-kit";
import type { Embedding } from "../embedding.ts";
import { H } from "../gates/fixed.ts";
import { IsingZZ } from "../gates/ising.ts";
import { productAngle } from "../gates/product-angle.ts";
import { RZ } from "../gates/rotations.ts";

export interface IqpEmbeddingOptions {
  /** Default 1. */
  readonly repeats?: number;
  /** Pairs of qubits whose features are multiplied, in this order; default: all, (0, 1), (0, 2), …, (1, 2), … */
  readonly pairs?: readonly (readonly [number, number])[];
}

/**
 * IQP embedding: H on each qubit, RZ(x_i), then exp(−i x_i x_j ZZ/2) for pairs i < j, so many times.
 *
 * @throws UsageError if `repeats` is not an integer ≥ 1.
 */
export function iqpEmbedding(options: IqpEmbeddingOptions = {}): Embedding {
  checkOptions("iqpEmbedding", options, ["repeats", "pairs"]);
  const { repeats = 1, pairs } = options;
  expect(Number.isInteger(repeats) && repeats >= 1, "iqpEmbedding", `repeats must be an integer ≥ 1; got ${repeats}.`);
  return {
    name: repeats === 1 && !pairs ? "iqp" : `iqp-${repeats}${pairs ? "-pairs" : ""}`,
    source:
      "Havlíček et al. 2019, Supervised learning with quantum-enhanced feature spaces, arXiv:1804.11326; PennyLane, IQPEmbedding",
    numFeatures: (numQubits) => numQubits,
    *operations(numQubits, feature) {
      const wires = Array.from({ length: numQubits }, (_, wire) => wire);
      const all = pairs ?? wires.flatMap((a) => wires.slice(a + 1).map((b) => [a, b] as const));
      for (let repeat = 0; repeat < repeats; repeat++) {
        for (const q of wires) yield H.on([q]);
        for (const q of wires) yield RZ.on([q], feature(q));
        for (const [a, b] of all) yield productAngle(IsingZZ).on([a, b], feature(a), feature(b));
      }
    },
  };
}
