import { expect, test } from "vitest";
import { buildCircuit } from "./build-circuit.ts";
import { createCircuit, withObservables } from "./circuit.ts";
import { compile, compileGroup } from "./compile.ts";
import { type Hamiltonian, hamiltonian } from "./hamiltonian.ts";

const H = hamiltonian([
  [0.5, "X0 X1"],
  [-1.25, "Z0"],
  [2, "I"],
  [0.3, "Z0 Y2"],
]);
const base = buildCircuit("hybridq", { numQubits: 3, numLayers: 2 });
const words = withObservables(base, ["X0 X1", "Z0", "I", "Z0 Y2", "Y1"]);
const sums = withObservables(base, [H, "Y1", hamiltonian([[3, "Z0"]])]);
const weightsOf = (count: number) => Float64Array.from({ length: count * base.numWeights }, (_, i) => Math.sin(7 * i + 1));
const inputsOf = (length: number) => Float64Array.from({ length }, (_, i) => Math.cos(5 * i));
const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0);
/** Sums of a few products of numbers near 1. */
const ROUNDING = 1e-13;

test("a Hamiltonian is an output like any other, each word measured once", () => {
  expect(sums.observables).toHaveLength(5);
  const call = { inputs: inputsOf(6), weights: weightsOf(1), batch: 2 };
  const each = compile(words, { precision: "float64" }).run(call);
  const values = compile(sums, { precision: "float64" }).run(call);
  for (let b = 0; b < 2; b++) {
    const [xx, z, one, zy, y] = each.subarray(5 * b, 5 * b + 5);
    expect(one).toBeCloseTo(1, 13);
    expect(values[3 * b]).toBeCloseTo(0.5 * xx - 1.25 * z + 2 + 0.3 * zy, 12);
    expect(values[3 * b + 1]).toBeCloseTo(y, 13);
    expect(values[3 * b + 2]).toBeCloseTo(3 * z, 13);
  }
});

test.each(["program", "general"] as const)("its gradient is that of the sum, on the path %s, in a group", (path) => {
  const options = { count: 2, precision: "float64", path } as const;
  const call = { inputs: inputsOf(12), weights: weightsOf(2), batch: 2 };
  const cotangent = [1, 2, -1, 0.5, 0, 0.25, -1, 1, 1, 2, 0, 3];
  const byWord: number[] = [];
  for (let at = 0; at < 12; at += 3) {
    const [h, y, z] = cotangent.slice(at, at + 3);
    byWord.push(0.5 * h, -1.25 * h + 3 * z, 2 * h, 0.3 * h, y);
  }
  const wanted = compileGroup(words, options).vjp({ ...call, cotangent: byWord });
  const group = compileGroup(sums, options);
  for (const found of [group.vjp({ ...call, cotangent }), group.record(call).vjp(cotangent)]) {
    expect(largestDifference(found.weights, wanted.weights)).toBeLessThan(ROUNDING);
    expect(largestDifference(found.inputs, wanted.inputs)).toBeLessThan(ROUNDING);
  }
});

test("a recording that a later call has overwritten runs again", () => {
  const executable = compile(sums, { precision: "float64" });
  const call = { inputs: inputsOf(3), weights: weightsOf(1) };
  const recording = executable.record(call);
  executable.record({ ...call, inputs: [1, 2, 3] });
  expect(recording.vjp([1, 1, 1])).toEqual(executable.vjp({ ...call, cotangent: [1, 1, 1] }));
});

test("sums are taken over to another circuit by `outputs`", () => {
  const { name, ...rest } = sums;
  expect(name).toBe("hybridq");
  const { numWeights, ...options } = rest;
  expect(createCircuit(options).outputs).toEqual(sums.outputs);
});

test("bad input is refused", () => {
  expect(() => hamiltonian([])).toThrow("[hamiltonian] expected at least one term");
  expect(() => hamiltonian([[Number.NaN, "Z0"]])).toThrow("[hamiltonian] coefficients must be finite numbers; got NaN.");
  expect(() => hamiltonian([[1, "Q0"]])).toThrow('[pauliWord] expected factors like "X0 Z2"');
  const outside: Hamiltonian = hamiltonian([[1, "Z7"]]);
  expect(() => withObservables(base, [outside])).toThrow("observable Z7 needs a wire below numQubits = 3");
});
