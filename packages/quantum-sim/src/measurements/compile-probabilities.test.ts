import { expect, test } from "vitest";
import { buildCircuit } from "../build-circuit.ts";
import { createCircuit } from "../circuit.ts";
import { RX, RY } from "../gates/index.ts";
import { probabilities, simulate } from "../simulate.ts";
import { type CompileProbabilitiesOptions, compileProbabilities } from "./compile-probabilities.ts";
import { postSelect } from "./post-select.ts";
import { marginalProbabilities } from "./samples.ts";

const circuit = buildCircuit("strongly-entangling-layers", { numQubits: 4, numLayers: 2, embedding: "angle-rx" });
const weightsOf = (count: number) => Float64Array.from({ length: count * circuit.numWeights }, (_, i) => Math.sin(3 * i + 1));
const inputsOf = (length: number) => Float64Array.from({ length }, (_, i) => Math.cos(2 * i) + 0.2);
const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0);
/** Step of central differences and their error, h²/6 times third derivatives below 1. */
const STEP = 1e-5;
const SLOPE_TOLERANCE = 1e-8;

const cases: readonly CompileProbabilitiesOptions[] = [
  {},
  { wires: [2] },
  { wires: [3, 1] },
  { postSelect: { 0: 0 } },
  { postSelect: { 1: 1, 3: 0 }, wires: [2, 0] },
  { postSelect: { 2: 1 }, wires: [0] },
  { postSelect: { 0: 0 }, scale: "max" },
  { wires: [1, 2], scale: "max" },
];

test.each(cases)("values of the state and slopes by central differences: %o", (options) => {
  const executable = compileProbabilities(circuit, { ...options, precision: "float64" });
  const [inputs, weights] = [inputsOf(8), weightsOf(1)];
  const outputs = executable.run({ inputs, weights });
  for (let sample = 0; sample < 2; sample++) {
    const state = simulate(circuit, { inputs: inputs.subarray(4 * sample, 4 * sample + 4), weights });
    const outcome = options.postSelect ?? {};
    const fixed = Object.keys(outcome).map(Number);
    const left = [0, 1, 2, 3].filter((wire) => !fixed.includes(wire));
    const conditioned = fixed.length > 0 ? postSelect(state, outcome).state : state;
    const wires = (options.wires ?? left).map((wire) => left.indexOf(wire));
    const p = marginalProbabilities(conditioned, wires);
    const divisor = options.scale === "max" ? Math.max(...p) : 1;
    const own = outputs.subarray(sample * p.length, (sample + 1) * p.length);
    expect(
      largestDifference(
        own,
        p.map((x) => x / divisor),
      ),
    ).toBeLessThan(1e-13);
  }

  const cotangent = Float64Array.from(outputs, (_, i) => Math.sin(5 * i));
  const loss = (x: Float64Array, w: Float64Array) =>
    Array.from(executable.run({ inputs: x, weights: w })).reduce((sum, value, i) => sum + value * cotangent[i], 0);
  const differences = (at: Float64Array, f: (moved: Float64Array) => number) =>
    at.map((_, k) => {
      const moved = (h: number) => at.map((value, i) => (i === k ? value + h : value));
      return (f(moved(STEP)) - f(moved(-STEP))) / (2 * STEP);
    });
  const call = { inputs, weights };
  for (const gradients of [executable.vjp({ ...call, cotangent }), executable.record(call).vjp(cotangent)]) {
    expect(
      largestDifference(
        gradients.weights,
        differences(weights, (w) => loss(inputs, w)),
      ),
    ).toBeLessThan(SLOPE_TOLERANCE);
    expect(
      largestDifference(
        gradients.inputs,
        differences(inputs, (x) => loss(x, weights)),
      ),
    ).toBeLessThan(SLOPE_TOLERANCE);
  }
});

test("groups, in float32, as single circuits in float64", () => {
  const options = { postSelect: { 0: 0 }, wires: [1, 2, 3] } as const;
  const group = compileProbabilities(circuit, { ...options, count: 3, sharedInputs: true });
  const [inputs, weights] = [inputsOf(8), weightsOf(3)];
  const outputs = group.run({ inputs, weights });
  const single = compileProbabilities(circuit, { ...options, precision: "float64" });
  expect(group.numOutputs).toBe(24);
  for (let c = 0; c < 3; c++) {
    const own = single.run({ inputs, weights: weights.subarray(c * circuit.numWeights, (c + 1) * circuit.numWeights) });
    for (let sample = 0; sample < 2; sample++) {
      const ours = outputs.subarray(sample * 24 + c * 8, sample * 24 + c * 8 + 8);
      // Rounding of amplitudes, divided by the probability of the outcome.
      expect(largestDifference(ours, own.subarray(8 * sample, 8 * sample + 8))).toBeLessThan(2e-6);
    }
  }
});

test("a recording that a later call has overwritten runs again", () => {
  const executable = compileProbabilities(circuit, { postSelect: { 0: 0 }, precision: "float64" });
  const call = { inputs: inputsOf(4), weights: weightsOf(1) };
  const cotangent = Float64Array.from({ length: 8 }, (_, i) => Math.sin(i));
  const wanted = executable.vjp({ ...call, cotangent });
  const recording = executable.record(call);
  executable.record({ ...call, inputs: [1, 2, 3, 4] });
  expect(recording.vjp(cotangent)).toEqual(wanted);
});

test("twelve qubits", () => {
  const wide = buildCircuit("hybridq", { numQubits: 12, numLayers: 1 });
  const weights = Float64Array.from({ length: wide.numWeights }, (_, i) => Math.sin(i));
  const inputs = inputsOf(12);
  const p = compileProbabilities(wide, { precision: "float64" }).run({ inputs, weights });
  expect(largestDifference(p, probabilities(simulate(wide, { inputs, weights })))).toBeLessThan(1e-14);
});

test("bad input is refused", () => {
  const flat = createCircuit({ name: "flat", numQubits: 2, operations: [RX.on([0], { weight: 0 }), RY.on([1], 0.4)] });
  const selected = compileProbabilities(flat, { postSelect: { 0: 1 } });
  expect(() => selected.run({ inputs: [], weights: [0] })).toThrow("[flat] the outcome wire 0 = 1 has probability zero");
  expect(() => selected.vjp({ inputs: [], weights: [0], cotangent: [1, 0] })).toThrow("has probability zero");
  expect(selected.run({ inputs: [], weights: [1] })).toHaveLength(2);
  expect(() => compileProbabilities(flat, { postSelect: { 0: 1 }, wires: [0, 1] })).toThrow(
    "wire 0 is post-selected and cannot be read too",
  );
  expect(() => compileProbabilities(flat, { postSelect: { 2: 1 } })).toThrow(
    "wires must be different whole numbers from 0 to 1; got [2]",
  );
  expect(() => compileProbabilities(flat, { wires: [] })).toThrow("wires must name at least one wire");
  const wide = buildCircuit("mosaiq", { numQubits: 18, numLayers: 1 });
  expect(() => compileProbabilities(wide)).toThrow("at most 16 wires can be read; got 18");
});
