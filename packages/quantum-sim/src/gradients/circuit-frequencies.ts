import { expect } from "repro-kit";
import { isWeight } from "../angle.ts";
import type { Circuit } from "../circuit.ts";
import { freeCircuit } from "./free-circuit.ts";
import { angleFrequencies, distinct, fixedSpectrum, SAME } from "./gate-spectrum.ts";
import { shiftRule } from "./shift-rule.ts";

/** Frequencies with which the outputs of a circuit vary with each weight and input. */
export interface CircuitFrequencies {
  readonly weights: readonly (readonly number[])[];
  readonly inputs: readonly (readonly number[])[];
}

/** Above this a rule for one weight takes more runs than shifting its gates one by one. */
const MOST_FREQUENCIES = 256;

/**
 * The positive frequencies of each weight and input, over all gates that it serves: sums of ±scale·Ω or 0, one from each gate.
 *
 * @throws UsageError if there are more than 256 for one of them, or a gate's generator is not fixed.
 * @see Schuld, Sweke & Meyer 2021, arXiv:2008.08605; Wierichs et al. 2022, arXiv:2107.12390, section 2
 */
export function circuitFrequencies(circuit: Circuit): CircuitFrequencies {
  const weights: number[][] = Array.from({ length: circuit.numWeights }, () => [0]);
  const inputs: number[][] = Array.from({ length: circuit.numInputs }, () => [0]);
  for (const { reference, operation, slot } of freeCircuit(circuit).angles) {
    const { scale = 1 } = reference;
    const { gate } = operation;
    expect(
      fixedSpectrum(gate, slot) !== undefined,
      circuit.name,
      `angle ${slot} of ${gate.name} must have frequencies that do not depend on other angles; use parameterShift.`,
    );
    const steps = angleFrequencies(gate, slot).flatMap((frequency) => [frequency * scale, -frequency * scale]);
    const [list, index] = isWeight(reference) ? [weights, reference.weight] : [inputs, reference.input];
    list[index] = distinct([0, ...steps].flatMap((step) => list[index].map((sum) => sum + step)));
    expect(
      list[index].length <= 2 * MOST_FREQUENCIES + 1,
      circuit.name,
      () =>
        `${isWeight(reference) ? "weight" : "input"} ${index} has over ${MOST_FREQUENCIES} frequencies; use parameterShift, which shifts gate by gate.`,
    );
  }
  const positive = (list: number[][]) => list.map((values) => values.filter((value) => value > SAME));
  return { weights: positive(weights), inputs: positive(inputs) };
}

/** A vector function of parameters: a device, a simulator, anything. */
export type VectorFunction = (parameters: Float64Array) => ArrayLike<number>;

/**
 * The Jacobian of any function whose outputs are trigonometric polynomials in each parameter, [numOutputs, numParameters]: nothing about
 * its circuit need be known but the frequencies. 2R runs for a parameter with R of them.
 *
 * @param frequencies - The positive frequencies of each parameter, as `circuitFrequencies(circuit).weights`.
 * @throws UsageError if there is not one list for each parameter, a parameter is not finite, or a rule cannot be found.
 * @see Wierichs et al. 2022, arXiv:2107.12390, section 3
 */
export function shiftFunction(
  f: VectorFunction,
  parameters: ArrayLike<number>,
  frequencies: readonly (readonly number[])[],
): Float64Array {
  const scope = "shiftFunction";
  const at = checkedParameters(scope, parameters);
  expect(
    frequencies.length === at.length,
    scope,
    `frequencies must hold one list for each of the ${at.length} parameters; got ${frequencies.length}.`,
  );
  let jacobian: Float64Array | undefined;
  frequencies.forEach((own, k) => {
    for (const { shift, coefficient } of shiftRule(own)) {
      const values = f(at.with(k, at[k] + shift));
      jacobian ??= new Float64Array(values.length * at.length);
      for (let j = 0; j < values.length; j++) jacobian[j * at.length + k] += coefficient * values[j];
    }
  });
  return jacobian ?? new Float64Array(f(at).length * at.length);
}

/** A copy of the parameters. @throws UsageError if one is not finite. */
export function checkedParameters(scope: string, parameters: ArrayLike<number>): Float64Array {
  const at = Float64Array.from(parameters);
  for (const [k, value] of at.entries())
    expect(Number.isFinite(value), scope, `parameters must be finite; got ${value} at index ${k}.`);
  return at;
}
