import { checkOptions } from "repro-kit";
import { angleValue } from "./angle.ts";
import type { Circuit } from "./circuit.ts";
import { checkSample } from "./executable.ts";
import { circuitState } from "./program/circuit-state.ts";
import { applyMatrix, createStatevector, resetStatevector, type Statevector } from "./statevector.ts";

export interface SimulateOptions {
  /** [numInputs], in radians; default: none. */
  readonly inputs?: ArrayLike<number>;
  /** [numWeights], in radians; default: none. */
  readonly weights?: ArrayLike<number>;
}

/**
 * The state that a circuit prepares from |0…0⟩, one sample in float64, by the compiled program.
 *
 * @returns 2^numQubits amplitudes; wire 0 is the most significant bit of the index.
 * @throws UsageError if the inputs or weights have another length or are not finite.
 */
export function simulate(circuit: Circuit, options: SimulateOptions = {}): Statevector {
  checkOptions("simulate", options, ["inputs", "weights"]);
  const { inputs = [], weights = [] } = options;
  checkSample(circuit, inputs, weights);
  return circuitState(circuit, { inputs, weights });
}

/** The same, gate by gate as a matrix: the plain version that everything faster is tested against. */
export function simulatePlainly(circuit: Circuit, { inputs = [], weights = [] }: SimulateOptions = {}): Statevector {
  const state = createStatevector(circuit.numQubits);
  resetStatevector(state);
  for (const { gate, wires, angles } of circuit.operations)
    applyMatrix(gate.matrix(angles.map((angle) => angleValue(angle, weights, 0, inputs, 0))), wires, state);
  return state;
}

/** |amplitude|² of each basis state, [2^numQubits]. */
export const probabilities = ({ re, im }: Statevector): Float64Array => re.map((x, i) => x * x + im[i] * im[i]);
