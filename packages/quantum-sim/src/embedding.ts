import type { InputRef } from "./angle.ts";
import type { Operation } from "./gate.ts";

/** How features of a sample enter the state, before the ansatz. */
export interface Embedding {
  readonly name: string;
  /** Paper and section it comes from. */
  readonly source: string;
  /** Features that it takes for so many qubits. */
  numFeatures(numQubits: number): number;
  /** Operations in the order they act; `feature(i)` is the angle given by feature i, in radians. */
  operations(numQubits: number, feature: (index: number) => InputRef): Iterable<Operation>;
}
