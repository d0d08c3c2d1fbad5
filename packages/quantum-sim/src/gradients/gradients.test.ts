import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { buildCircuit } from "../build-circuit.ts";
import { type Circuit, createCircuit } from "../circuit.ts";
import { numOutputsOf } from "../circuit-runner.ts";
import { compile } from "../compile.ts";
import { CRX, gates, RY } from "../gates/index.ts";
import { productAngle } from "../gates/product-angle.ts";
import { statePreparation } from "../gates/state-preparation.ts";
import { hamiltonian } from "../hamiltonian.ts";
import pennylane from "./__fixtures__/gradients.json" with { type: "json" };
import { circuitFrequencies, shiftFunction } from "./circuit-frequencies.ts";
import { finiteDifferences } from "./finite-differences.ts";
import { fubiniStudyMetric } from "./fubini-study.ts";
import { hessianVectorProduct } from "./hessian-vector-product.ts";
import { jacobian } from "./jacobian.ts";
import { jvp } from "./jvp.ts";
import { parameterShift } from "./parameter-shift.ts";

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  a.length === b.length ? Array.from(a).reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0) : Number.NaN;

/** Every gate, those with angles twice, on random wires; weights serve about three angles, inputs many, scaled and shifted. */
function everyGate(seed: number, numQubits: number): Circuit {
  const rng = createRng(seed);
  const angled = [...gates].filter((gate) => gate.numWires <= numQubits);
  const placed = rng.shuffle([...angled, ...angled.filter((gate) => gate.numAngles > 0)]);
  const numWeights = Math.ceil(placed.reduce((sum, gate) => sum + gate.numAngles, 0) / 3);
  let next = 0;
  const operations = placed.map((gate) => {
    const wires = rng.shuffle(Array.from({ length: numQubits }, (_, wire) => wire)).slice(0, gate.numWires);
    const angles = Array.from({ length: gate.numAngles }, () => {
      const affine = { scale: [1, 2, -0.5, 1][rng.integer(4)], shift: rng.uniform() };
      const choice = rng.integer(12);
      if (choice === 0) return 0.7;
      return choice === 1 ? { input: rng.integer(2), ...affine } : { weight: next++ % numWeights, ...affine };
    });
    return gate.on(wires, ...angles);
  });
  const H = hamiltonian([
    [0.7, "X0 Y1"],
    [-1.3, "Z2"],
    [0.4, "I"],
  ]);
  return createCircuit({
    name: `every gate ${seed}`,
    numQubits,
    operations,
    observables: ["Z0", "X1 Z2", H],
    numInputs: 2,
    weightShape: [numWeights],
  });
}

const circuits = [1, 2, 3].map((seed) => everyGate(seed, 2 + seed));
const weightsOf = ({ numWeights }: Circuit) => createRng(9).fillUniform(new Float64Array(numWeights), -3, 3);
const inputs = Float64Array.from([0.4, -1.1]);
/** Both exact: rounding of 70 gates and of sums of as many slopes. */
const EXACT = 1e-11;
/** The error of sixth-order differences with h = 0.01, of frequencies up to about 8. */
const DIFFERENCES = 1e-6;

test.each(circuits)("adjoint, parameter shift, frequencies, differences and JVP agree: $name", (circuit) => {
  const weights = weightsOf(circuit);
  const executable = compile(circuit, { precision: "float64" });
  const adjoint = jacobian(executable, { inputs, weights });
  const shifted = parameterShift(circuit, { inputs, weights });
  expect(largestDifference(shifted.weights, adjoint.weights)).toBeLessThan(EXACT);
  expect(largestDifference(shifted.inputs, adjoint.inputs)).toBeLessThan(EXACT);

  const byWeights = (w: Float64Array) => executable.run({ inputs, weights: w });
  const byInputs = (x: Float64Array) => executable.run({ inputs: x, weights });
  expect(largestDifference(finiteDifferences(byWeights, weights, { order: 6 }), adjoint.weights)).toBeLessThan(DIFFERENCES);
  expect(largestDifference(finiteDifferences(byInputs, inputs, { order: 6 }), adjoint.inputs)).toBeLessThan(DIFFERENCES);
  const frequencies = circuitFrequencies(circuit);
  const byFrequency = shiftFunction(byWeights, weights, frequencies.weights);
  expect(largestDifference(byFrequency, adjoint.weights)).toBeLessThan(DIFFERENCES);

  const rng = createRng(5);
  const weightTangent = rng.fillNormal(new Float64Array(circuit.numWeights));
  const inputTangent = rng.fillNormal(new Float64Array(2));
  const directional = jvp(circuit, { inputs, weights, weightTangent, inputTangent });
  const product = Float64Array.from({ length: 3 }, (_, j) => {
    const row = (values: Float64Array, v: Float64Array) => v.reduce((sum, x, k) => sum + x * values[j * v.length + k], 0);
    return row(adjoint.weights, weightTangent) + row(adjoint.inputs, inputTangent);
  });
  expect(largestDifference(directional.tangent, product)).toBeLessThan(EXACT);
  expect(largestDifference(directional.outputs, adjoint.outputs)).toBeLessThan(EXACT);
});

test.each(circuits)("Hessian times vector is the slope of the gradient, in a batch: $name", (circuit) => {
  const rng = createRng(6);
  const weights = weightsOf(circuit);
  const batch = 2;
  const all = rng.fillNormal(new Float64Array(2 * batch));
  const weightTangent = rng.fillNormal(new Float64Array(circuit.numWeights));
  const inputTangent = rng.fillNormal(new Float64Array(2 * batch));
  const cotangent = rng.fillNormal(new Float64Array(3 * batch));
  const cotangentTangent = rng.fillNormal(new Float64Array(3 * batch));
  const { product, gradient } = hessianVectorProduct(circuit, {
    inputs: all,
    weights,
    weightTangent,
    inputTangent,
    cotangent,
    cotangentTangent,
  });
  const executable = compile(circuit, { precision: "float64" });
  const exact = executable.vjp({ inputs: all, weights, cotangent });
  expect(largestDifference(gradient.weights, exact.weights)).toBeLessThan(EXACT);
  expect(largestDifference(gradient.inputs, exact.inputs)).toBeLessThan(EXACT);
  const along = ([t]: Float64Array) => {
    const move = (at: Float64Array, v: Float64Array) => at.map((x, k) => x + t * v[k]);
    const moved = executable.vjp({
      inputs: move(all, inputTangent),
      weights: move(weights, weightTangent),
      cotangent: move(cotangent, cotangentTangent),
    });
    return [...moved.weights, ...moved.inputs];
  };
  const wanted = finiteDifferences(along, [0], { order: 6, step: 2e-3 });
  expect(largestDifference([...product.weights, ...product.inputs], wanted)).toBeLessThan(DIFFERENCES);
});

test.each(pennylane)("PennyLane finds the same, $n qubits, $numWeights weights", (one) => {
  const operations = one.ops.map(({ g, w, t, scale, shift }) =>
    gates.resolve(g).on(w, ...(t === undefined ? [] : [{ weight: t, scale, shift }])),
  );
  const circuit = createCircuit({ numQubits: one.n, operations, observables: ["X0 Y1", `Z${one.n - 1}`] });
  const at = { weights: one.at };
  expect(largestDifference(parameterShift(circuit, at).weights, one.jacobian)).toBeLessThan(EXACT);
  const { product } = hessianVectorProduct(circuit, { ...at, weightTangent: one.direction, cotangent: [1, -2] });
  expect(largestDifference(product.weights, one.hessian_times_direction)).toBeLessThan(EXACT);
  expect(largestDifference(fubiniStudyMetric(circuit, at), one.full)).toBeLessThan(EXACT);
  if (one.block_diagonal) {
    const block = fubiniStudyMetric(circuit, { ...at, approximation: "block-diagonal" });
    expect(largestDifference(block, one.block_diagonal)).toBeLessThan(EXACT);
  }
});

test("products of angles, and amplitudes that are inputs", () => {
  const circuit = createCircuit({
    name: "products",
    numQubits: 3,
    operations: [
      statePreparation(2).on([2, 0], { input: 0 }, { input: 1 }, 0.4, { input: 0, scale: -0.5, shift: 1 }),
      productAngle(CRX).on([0, 1], { weight: 0 }, { weight: 1, scale: 2 }),
      productAngle(RY).on([2], { weight: 0, shift: 0.3 }, { weight: 0 }),
    ],
    observables: ["Z0 X1", "X2"],
  });
  const executable = compile(circuit, { precision: "float64" });
  const at = { inputs: [0.7, -0.3], weights: [0.9, -0.6] };
  const adjoint = jacobian(executable, at);
  expect(largestDifference(parameterShift(circuit, { ...at, by: "weights" }).weights, adjoint.weights)).toBeLessThan(EXACT);
  expect(() => parameterShift(circuit, at)).toThrow("[StatePreparation(2)] angle 0 must stand in e^{−iθG}");
  expect(() => circuitFrequencies(circuit)).toThrow("[products] angle 0 of StatePreparation(2) must have frequencies");

  const direction = { weightTangent: [0.4, 1], inputTangent: [-1, 0.5] };
  const { product } = hessianVectorProduct(circuit, { ...at, ...direction, cotangent: [1, -2] });
  const along = ([t]: Float64Array) => {
    const moved = executable.vjp({
      inputs: at.inputs.map((x, k) => x + t * direction.inputTangent[k]),
      weights: at.weights.map((x, k) => x + t * direction.weightTangent[k]),
      cotangent: [1, -2],
    });
    return [...moved.weights, ...moved.inputs];
  };
  const wanted = finiteDifferences(along, [0], { order: 6, step: 2e-3 });
  expect(largestDifference([...product.weights, ...product.inputs], wanted)).toBeLessThan(1e-9);
});

test("a circuit without weights or inputs has empty gradients", () => {
  const fixed = createCircuit({ numQubits: 2, operations: [] });
  expect(parameterShift(fixed)).toEqual({ weights: new Float64Array(0), inputs: new Float64Array(0) });
  expect(fubiniStudyMetric(fixed, { weights: [] })).toEqual(new Float64Array(0));
  expect(jvp(fixed, {}).tangent).toEqual(new Float64Array(numOutputsOf(fixed)));
});

test("bad directions are refused", () => {
  const circuit = buildCircuit("hybridq", { numQubits: 2, numLayers: 1 });
  const at = { inputs: [0, 0], weights: new Float64Array(6) };
  expect(() => jvp(circuit, { ...at, weightTangent: [1] })).toThrow(
    /\[hybridq\] weightTangent must be \[1, 2, 3\].*, 6 values; got 1\./,
  );
  expect(() => jvp(circuit, { ...at, inputTangent: [1] })).toThrow("[hybridq] inputTangent must be [1, 2], 2 values; got 1.");
  expect(() => jvp(circuit, { ...at, inputTangent: [1, Number.NaN] })).toThrow(
    "inputTangent must be finite; got NaN at index 1.",
  );
  expect(() => jvp(circuit, { ...at, inputs: [1, 2, 3] })).toThrow("inputs must be [batch, 2] with batch ≥ 1; got 3 values.");
  expect(() => hessianVectorProduct(circuit, { ...at, cotangent: [1] })).toThrow("cotangent must be [1, 2], 2 values; got 1.");
});
