import type { InputRef, WeightRef } from "./angle.ts";
import type { Embedding } from "./embedding.ts";
import type { Operation } from "./gate.ts";
import type { Pauli } from "./observable.ts";

export interface AnsatzSize {
  readonly numQubits: number;
  readonly numLayers: number;
}

/** `weight(...index)` refers to one entry of the weight tensor, e.g. `weight(layer, qubit, 0)`. */
export type WeightIndexer = (...index: readonly number[]) => WeightRef;

/** Where an ansatz takes its angles from: trainable weights, or input features (data re-uploading). */
export interface AngleSource {
  readonly weight: WeightIndexer;
  readonly input: (feature: number) => InputRef;
}

/** A family of trainable circuits, one for each size. */
export interface Ansatz {
  readonly name: string;
  /** Paper and section the layout comes from. */
  readonly source: string;
  /** The embedding its authors use; `buildCircuit` takes it unless told otherwise. */
  readonly embedding?: string | Embedding;
  /** The Pauli that its authors measure on each qubit; `buildCircuit` takes it unless told otherwise. */
  readonly measure?: Pauli;
  /** Shape of the weight tensor, in radians. */
  weightShape(size: AnsatzSize): readonly number[];
  /** Operations in the order they act on the state. */
  operations(size: AnsatzSize, angles: AngleSource): Iterable<Operation>;
}
