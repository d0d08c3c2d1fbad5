import type { Operation } from "../gate.ts";
import { addSlope } from "./add-slope.ts";
import { isChannel, type NoisyOperation } from "./noisy-circuit.ts";
import { type AngleSources, anglesOf } from "./trajectory-sample.ts";

/** Where a circuit starts: |0…0⟩, or the state of amplitudes that its first operation prepares. */
export interface StartState {
  /** Real amplitudes of a sample, [2^numQubits]; undefined for |0…0⟩. @throws UsageError if the angles make no state. */
  amplitudes(at: AngleSources): Float64Array | undefined;
  /** Adds the slopes of the preparation's angles, given those of the amplitudes, [2^numQubits]. */
  addSlopes(at: AngleSources, cotangent: Float64Array, gradients: Parameters<typeof addSlope>[4]): void;
}

/** Takes a state preparation off the front of the steps, as it costs O(2^numQubits) where its matrix costs O(4^numQubits). */
export function takeStart(
  numQubits: number,
  steps: readonly NoisyOperation[],
): { readonly start: StartState; readonly rest: readonly NoisyOperation[] } {
  const [first] = steps;
  if (first && !isChannel(first) && first.gate.preparation) return { start: prepared(numQubits, first), rest: steps.slice(1) };
  return { start: { amplitudes: () => undefined, addSlopes: () => {} }, rest: steps };
}

function prepared(numQubits: number, operation: Operation): StartState {
  const { gate, wires } = operation;
  const preparation = gate.preparation as NonNullable<typeof gate.preparation>; // the caller has looked
  /** Index among all wires of each basis state of the gate's; the others are 0. */
  const places = Array.from({ length: 2 ** wires.length }, (_, x) =>
    wires.reduce((index, wire, k) => index + ((x >> (wires.length - 1 - k)) & 1) * 2 ** (numQubits - 1 - wire), 0),
  );
  return {
    amplitudes(at) {
      const all = new Float64Array(2 ** numQubits);
      preparation.amplitudes(anglesOf(operation, at)).forEach((value, x) => {
        all[places[x]] = value;
      });
      return all;
    },
    addSlopes(at, cotangent, gradients) {
      const own = Float64Array.from(places, (place) => cotangent[place]);
      preparation.vjp(anglesOf(operation, at), own).forEach((slope, k) => {
        addSlope(operation, k, slope, at.inputOffset, gradients);
      });
    },
  };
}
