import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { buildCircuit } from "../build-circuit.ts";
import { compile, compileGroup } from "../compile.ts";
import { finiteDifferences } from "./finite-differences.ts";
import { jacobian } from "./jacobian.ts";
import { spsa } from "./spsa.ts";

const circuit = buildCircuit("hybridq", { numQubits: 3, numLayers: 1 });
const executable = compile(circuit, { precision: "float64" });
const weights = Float64Array.from({ length: circuit.numWeights }, (_, i) => Math.sin(3 * i + 1));
const inputs = [0.3, -0.8, 1.4];
const run = (w: Float64Array) => executable.run({ inputs, weights: w });
const exact = jacobian(executable, { inputs, weights });
const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0);

test.each([
  [2, 1e-9],
  [4, 1e-11],
  [6, 1e-12],
] as const)("central differences of order %i", (order, tolerance) => {
  expect(largestDifference(finiteDifferences(run, weights, { order }), exact.weights)).toBeLessThan(tolerance);
});

test("the error falls with the power of the step", () => {
  for (const order of [2, 4, 6] as const) {
    const error = (step: number) => largestDifference(finiteDifferences(run, weights, { order, step }), exact.weights);
    expect(Math.log2(error(0.4) / error(0.2))).toBeCloseTo(order, 0);
  }
});

test("SPSA: exact for one parameter of a line, unbiased for many", () => {
  expect([...spsa(([x]) => [3 * x], [2], { rng: createRng(1) })].map((x) => Math.round(x * 1e9) / 1e9)).toEqual([3]);
  const directions = 20_000;
  const found = spsa(run, weights, { rng: createRng(2), step: 1e-3, directions });
  // The variance of one direction is the sum of the other slopes' squares, at most 9.
  expect(largestDifference(found, exact.weights)).toBeLessThan((4 * 3) / Math.sqrt(directions));
});

test("Jacobians of batches and groups", () => {
  const group = compileGroup(circuit, { count: 2, precision: "float64" });
  const both = Float64Array.from([...weights, ...weights.map((x) => x + 0.5)]);
  const x = Float64Array.from({ length: 12 }, (_, i) => Math.cos(i));
  const found = jacobian(group, { inputs: x, weights: both });
  expect([found.outputs.length, found.weights.length, found.inputs.length]).toEqual([12, 12 * 18, 12 * 6]);
  const wanted = finiteDifferences((w) => group.run({ inputs: x, weights: w }), both);
  expect(largestDifference(found.weights, wanted)).toBeLessThan(1e-10);
  const second = x.subarray(6);
  const byInputs = finiteDifferences((own) => group.run({ inputs: own, weights: both }), second);
  expect(largestDifference(found.inputs.subarray(6 * 6), byInputs)).toBeLessThan(1e-10);
});

test("bad input is refused", () => {
  expect(() => finiteDifferences(run, [Number.NaN])).toThrow(
    "[finiteDifferences] parameters must be finite; got NaN at index 0.",
  );
  expect(() => finiteDifferences(run, weights, { step: 0 })).toThrow("step must be a number above 0; got 0.");
  expect(() => spsa(run, weights, { rng: createRng(0), directions: 0 })).toThrow("directions must be an integer ≥ 1; got 0.");
});
