/** Contract checks: what every gate, embedding and ansatz must satisfy. They throw, so any test runner can call them. */
import { createRng, expect } from "repro-kit";
import { isWeight } from "./angle.ts";
import type { Ansatz, AnsatzSize } from "./ansatz.ts";
import { buildCircuit } from "./build-circuit.ts";
import { type Circuit, createCircuit } from "./circuit.ts";
import { compile } from "./compile.ts";
import { distanceFromUnitary } from "./complex-matrix.ts";
import type { Embedding } from "./embedding.ts";
import type { Gate } from "./gate.ts";

/** Step of central differences; their error is about 1e-10 for functions that vary on the scale of 1. */
const STEP = 1e-5;
/** Truncation h²/6 plus rounding 1e-16/h, with room for deep circuits. */
const SLOPE_TOLERANCE = 1e-7;
/** Rounding of a few products of entries below 1. */
const UNITARY_TOLERANCE = 1e-12;

/**
 * U†U = I at random angles, and `derivative` agrees with central differences.
 *
 * @throws UsageError that names the gate and what is wrong with it.
 */
export function checkGate(gate: Gate, { seed = 0 }: { readonly seed?: number } = {}): void {
  const rng = createRng(seed).fork(gate.name);
  const angles = Array.from({ length: gate.numAngles }, () => rng.uniform() * 2 * Math.PI);
  const U = gate.matrix(angles);
  expect(U.dim === 2 ** gate.numWires, gate.name, `matrix must have dimension ${2 ** gate.numWires}; got ${U.dim}.`);
  const distance = distanceFromUnitary(U);
  expect(distance < UNITARY_TOLERANCE, gate.name, `matrix must be unitary; U†U differs from the identity by ${distance}.`);
  for (let k = 0; k < gate.numAngles; k++) {
    const shiftedBy = (h: number) => gate.matrix(angles.map((angle, i) => (i === k ? angle + h : angle)));
    const plus = shiftedBy(STEP);
    const minus = shiftedBy(-STEP);
    const exact = gate.derivative(angles, k);
    for (const part of ["re", "im"] as const)
      exact[part].forEach((value, i) => {
        const slope = (plus[part][i] - minus[part][i]) / (2 * STEP);
        const isClose = Math.abs(value - slope) < SLOPE_TOLERANCE;
        expect(
          isClose,
          gate.name,
          `derivative ${k} must be the slope of matrix; entry ${i} (${part}) is ${value}, not ${slope}.`,
        );
      });
  }
}

/**
 * Every declared weight is used, outputs lie in [−1, 1], and the gradients agree with central differences.
 *
 * @throws UsageError that names the ansatz and what is wrong with it.
 */
export function checkAnsatz(ansatz: Ansatz, size: AnsatzSize = { numQubits: 3, numLayers: 2 }): void {
  const circuit = buildCircuit(ansatz, size);
  const angles = circuit.operations.flatMap((operation) => operation.angles);
  const used = new Set(angles.filter(isWeight).map(({ weight }) => weight));
  expect(used.size === circuit.numWeights, ansatz.name, `uses ${used.size} of ${circuit.numWeights} declared weights.`);
  checkCircuitGradients(circuit);
}

/**
 * The declared number of features is what the operations use, and the gradients by features are right.
 *
 * @throws UsageError that names the embedding and what is wrong with it.
 */
export function checkEmbedding(embedding: Embedding, { numQubits = 3 }: { readonly numQubits?: number } = {}): void {
  const operations = [...embedding.operations(numQubits, (input) => ({ input }))];
  const circuit = createCircuit({ name: embedding.name, numQubits, operations });
  const declared = embedding.numFeatures(numQubits);
  expect(circuit.numInputs === declared, embedding.name, `uses ${circuit.numInputs} of ${declared} declared features.`);
  checkCircuitGradients(circuit);
}

/** Outputs in [−1, 1]; the VJP of a random cotangent against central differences, in float64, by the path that `compile` chooses. */
export function checkCircuitGradients(circuit: Circuit): void {
  const { name, numWeights, numInputs } = circuit;
  const rng = createRng(0).fork(name);
  const executable = compile(circuit, { precision: "float64" });
  const weights = rng.fillUniform(new Float64Array(numWeights), -Math.PI, Math.PI);
  const inputs = rng.fillUniform(new Float64Array(numInputs), -Math.PI, Math.PI);
  const cotangent = rng.fillNormal(new Float64Array(executable.numOutputs));
  const outputs = executable.run({ inputs, weights, batch: 1 });
  outputs.forEach((value, j) => {
    expect(Math.abs(value) < 1 + UNITARY_TOLERANCE, name, `expectation value ${j} must lie in [−1, 1]; got ${value}.`);
  });

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
