import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { buildCircuit } from "../build-circuit.ts";
import { createCircuit } from "../circuit.ts";
import type { CircuitRunner } from "../circuit-runner.ts";
import { compile } from "../compile.ts";
import { CNOT, CRY, RX, RY } from "../gates/index.ts";
import { hamiltonian } from "../hamiltonian.ts";
import { shotRunner } from "../measurements/shot-runner.ts";
import { depolarizing } from "../noise/channels.ts";
import { compileNoisy } from "../noise/compile-noisy.ts";
import { applyNoise } from "../noise/noisy-circuit.ts";
import { compileShifted } from "./compile-shifted.ts";
import { exactRunner, parameterShift, parameterShiftAsync, parameterShiftPlan } from "./parameter-shift.ts";

/** Weight 0 serves two gates, one of them controlled and scaled; input 0 is uploaded twice. */
const circuit = createCircuit({
  name: "small",
  numQubits: 2,
  operations: [
    RY.on([0], { input: 0 }),
    RX.on([1], { weight: 0, shift: 0.3 }),
    CRY.on([0, 1], { weight: 0, scale: -2 }),
    RX.on([0], { input: 0, scale: 0.5 }),
    CNOT.on([1, 0]),
    RY.on([0], { weight: 1 }),
  ],
  observables: [
    "Z0",
    "X0 X1",
    hamiltonian([
      [0.5, "Z1"],
      [2, "Y0"],
    ]),
  ],
});
const at = { weights: [0.7, -1.2], inputs: [0.9] };
const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0);
const exact = parameterShift(circuit, at);

test("two settings for a rotation, four for a controlled one, each run once", () => {
  expect(parameterShiftPlan(circuit, at).numSettings).toBe(4 * 2 + 4);
  expect(parameterShiftPlan(circuit, { ...at, by: "weights" }).numSettings).toBe(2 * 2 + 4);
  expect(parameterShift(circuit, { ...at, by: "weights" })).toEqual({ weights: exact.weights, inputs: new Float64Array(3) });
});

test("a large circuit runs in several tiles", () => {
  const wide = buildCircuit("hybridq", { numQubits: 5, numLayers: 12 });
  const weights = Float64Array.from({ length: wide.numWeights }, (_, i) => Math.sin(i));
  const inputs = [0.1, 0.2, 0.3, 0.4, 0.5];
  const shifted = parameterShift(wide, { weights, inputs });
  const gradients = compile(wide, { precision: "float64" }).vjp({ weights, inputs, cotangent: [1, 0, 0, 0, 0] });
  expect(largestDifference(gradients.weights, shifted.weights)).toBeLessThan(1e-12);
});

test("on shots: slopes within four standard errors, and unbiased", () => {
  const shots = 20_000;
  const found = parameterShift(circuit, { ...at, runner: shotRunner({ shots, rng: createRng(8) }) });
  // Each output has a variance of at most its coefficients' squares over shots; a slope sums up to 8 of them with coefficients below 1.3.
  const bound = 4 * 2.5 * 1.3 * Math.sqrt(8 / shots);
  expect(largestDifference(found.weights, exact.weights)).toBeLessThan(bound);
  expect(largestDifference(found.inputs, exact.inputs)).toBeLessThan(bound);
  expect(largestDifference(found.weights, exact.weights)).toBeGreaterThan(0);
});

const noisyRunner: CircuitRunner = (free) => {
  const model = {
    name: "depolarising",
    after: ({ wires }: { readonly wires: readonly number[] }) => wires.map((wire) => depolarizing(0.02).on([wire])),
  };
  const executable = compileNoisy(applyNoise(free, model), { method: "density-matrix", precision: "float64" });
  return (inputs, batch) => executable.run({ inputs, weights: [], batch });
};

test("on a noisy device: the slopes of the noisy values", () => {
  const words = { ...circuit };
  const noisy = compileShifted(words, { runner: noisyRunner, precision: "float64" });
  const step = 1e-5;
  const values = (weights: number[]) => noisy.run({ ...at, weights });
  const found = parameterShift(words, { ...at, runner: noisyRunner });
  for (let k = 0; k < 2; k++) {
    const moved = (h: number) => values(at.weights.map((x, i) => (i === k ? x + h : x)));
    const [plus, minus] = [moved(step), moved(-step)];
    plus.forEach((value, j) => {
      expect(found.weights[2 * j + k]).toBeCloseTo((value - minus[j]) / (2 * step), 8);
    });
  }
});

test("what answers later gives the same", async () => {
  const later = await parameterShiftAsync(circuit, {
    ...at,
    runner: (free) => {
      const run = exactRunner(free);
      return async (inputs, batch) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        return run(inputs, batch);
      };
    },
  });
  expect(largestDifference(later.weights, exact.weights)).toBeLessThan(1e-14);
});

test("an executable by shift rules has the gradients of the adjoint method", () => {
  const shifted = compileShifted(circuit, { precision: "float64" });
  const adjoint = compile(circuit, { precision: "float64" });
  const call = { weights: at.weights, inputs: [0.9, -0.4] };
  expect(largestDifference(shifted.run(call), adjoint.run(call))).toBeLessThan(1e-14);
  const cotangent = [1, -2, 0.5, 0.3, 1, 2];
  const [ours, wanted] = [shifted.vjp({ ...call, cotangent }), adjoint.vjp({ ...call, cotangent })];
  expect(largestDifference(ours.weights, wanted.weights)).toBeLessThan(1e-12);
  expect(largestDifference(ours.inputs, wanted.inputs)).toBeLessThan(1e-12);
});

test("bad input is refused", () => {
  expect(() => parameterShift(circuit, { inputs: [1], weights: [1] })).toThrow("[small] weights must be [2], 2 values; got 1.");
  expect(() => parameterShift(circuit, { inputs: [1], weights: [1, Number.POSITIVE_INFINITY] })).toThrow(
    "[small] weights must be finite; got Infinity at index 1.",
  );
  expect(() => parameterShift(circuit, { inputs: [1, 2], weights: [1, 1] })).toThrow("[small] inputs must be [1]; got 2 values.");
  expect(() => parameterShift(circuit, { ...at, runner: () => () => [1] })).toThrow(
    "the runner must return [12, 3] values; got 1.",
  );
  const nan: CircuitRunner = () => (_, batch) => new Float64Array(3 * batch).fill(Number.NaN);
  expect(() => parameterShift(circuit, { ...at, runner: nan })).toThrow(
    "outputs of the runner must be finite; got NaN at index 0.",
  );
});
