import type { Circuit } from "./circuit.ts";

/**
 * Whatever runs circuits, as a function: a simulator, shots, a noise model. It is given a circuit all of whose angles are inputs, once,
 * and then settings of these, [batch, numInputs]; it returns the circuit's outputs, [batch, numOutputs].
 */
export type CircuitRunner = (circuit: Circuit) => (inputs: Float64Array, batch: number) => ArrayLike<number>;

/** The same for what answers later: hardware, a queue. */
export type AsyncCircuitRunner = (
  circuit: Circuit,
) => (inputs: Float64Array, batch: number) => ArrayLike<number> | Promise<ArrayLike<number>>;

/** Outputs of one setting of a circuit: its expectation values, or the sums of them that it names. */
export function outputsOf({ observables, outputs }: Circuit, words: ArrayLike<number>): Float64Array {
  if (!outputs) return Float64Array.from({ length: observables.length }, (_, j) => words[j]);
  return Float64Array.from(outputs, (terms) =>
    terms.reduce((sum, { observable, coefficient }) => sum + coefficient * words[observable], 0),
  );
}

/** How many values a circuit gives for each sample. */
export const numOutputsOf = ({ observables, outputs }: Circuit): number => (outputs ?? observables).length;
