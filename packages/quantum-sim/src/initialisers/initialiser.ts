import type { Rng } from "repro-kit";
import type { Circuit } from "../circuit.ts";

/** Weights with which training begins. */
export interface Initialiser {
  readonly name: string;
  /** Paper and section it comes from. */
  readonly source: string;
  /** [numWeights] in radians, drawn from `rng`. */
  weights(circuit: Pick<Circuit, "name" | "numWeights" | "weightShape">, rng: Rng): Float64Array;
}
