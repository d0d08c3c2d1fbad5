import { createRng, expect } from "repro-kit";
import type { Circuit } from "../circuit.ts";
import { compile } from "../compile.ts";
import { ROUNDING_TOLERANCE, SLOPE_TOLERANCE, STEP } from "./tolerances.ts";

/** Qubits up to which the compiled circuit is held to the plain one, gate by gate. */
const MOST_PLAIN_QUBITS = 6;

/**
 * Outputs in [−1, 1] that agree with multiplying gate by gate, and the VJP of a random cotangent against central differences, in
 * float64, by the path that `compile` chooses.
 *
 * @throws UsageError that names the circuit and what is wrong with it.
 */
export function checkCircuitGradients(circuit: Circuit): void {
  const { name, numWeights, numInputs } = circuit;
  const rng = createRng(0).fork(name);
  const executable = compile(circuit, { precision: "float64" });
  const weights = rng.fillUniform(new Float64Array(numWeights), -Math.PI, Math.PI);
  const inputs = rng.fillUniform(new Float64Array(numInputs), -Math.PI, Math.PI);
  const cotangent = rng.fillNormal(new Float64Array(executable.numOutputs));
  const outputs = executable.run({ inputs, weights, batch: 1 });
  outputs.forEach((value, j) => {
    expect(Math.abs(value) < 1 + ROUNDING_TOLERANCE, name, `expectation value ${j} must lie in [−1, 1]; got ${value}.`);
  });
  if (circuit.numQubits <= MOST_PLAIN_QUBITS) {
    const plain = compile(circuit, { precision: "float64", path: "general" }).run({ inputs, weights, batch: 1 });
    outputs.forEach((value, j) => {
      const isSame = Math.abs(value - plain[j]) < ROUNDING_TOLERANCE * 10;
      expect(isSame, name, `expectation value ${j} is ${value} compiled and ${plain[j]} gate by gate.`);
    });
  }

  const loss = (w: Float64Array, x: Float64Array) =>
    [...executable.run({ inputs: x, weights: w, batch: 1 })].reduce((sum, value, j) => sum + cotangent[j] * value, 0);
  const moved = (values: Float64Array, k: number, h: number) => values.map((value, i) => (i === k ? value + h : value));
  const gradients = executable.vjp({ inputs, weights, cotangent, batch: 1 });
  gradients.weights.forEach((slope, k) => {
    const wanted = (loss(moved(weights, k, STEP), inputs) - loss(moved(weights, k, -STEP), inputs)) / (2 * STEP);
    expect(Math.abs(slope - wanted) < SLOPE_TOLERANCE, name, `gradient of weight ${k} is ${slope}, not ${wanted}.`);
  });
  gradients.inputs.forEach((slope, k) => {
    const wanted = (loss(weights, moved(inputs, k, STEP)) - loss(weights, moved(inputs, k, -STEP))) / (2 * STEP);
    expect(Math.abs(slope - wanted) < SLOPE_TOLERANCE, name, `gradient of input ${k} is ${slope}, not ${wanted}.`);
  });
}
