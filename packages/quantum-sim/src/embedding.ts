import type { InputRef } from "./angle.ts";
import type { WeightIndexer } from "./ansatz.ts";
import type { Operation } from "./gate.ts";

/** How features of a sample enter the state, before the ansatz. */
export interface Embedding {
  readonly name: string;
  /** Paper and section it comes from. */
  readonly source: string;
  /** Features that it takes for so many qubits. */
  numFeatures(numQubits: number): number;
  /** Shape of trainable weights of its own, in radians, if it has any. */
  weightShape?(numQubits: number): readonly number[];
  /** Operations in the order they act; `feature(i)` is the angle given by feature i, in radians, `weight` refers to its own weights. */
  operations(numQubits: number, feature: (index: number) => InputRef, weight: WeightIndexer): Iterable<Operation>;
}
