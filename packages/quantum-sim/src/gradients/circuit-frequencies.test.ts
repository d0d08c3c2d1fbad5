import { expect, test } from "vitest";
import { createCircuit } from "../circuit.ts";
import { compile } from "../compile.ts";
import { CNOT, CRX, RX, RY } from "../gates/index.ts";
import { circuitFrequencies, shiftFunction } from "./circuit-frequencies.ts";

const circuit = createCircuit({
  name: "shared",
  numQubits: 2,
  operations: [
    RX.on([0], { weight: 0 }),
    RY.on([1], { weight: 0, scale: 2 }),
    CRX.on([0, 1], { weight: 1 }),
    CNOT.on([1, 0]),
    RY.on([0], { input: 0, scale: 0.3 }),
  ],
});

test("frequencies of a weight are the sums over its gates", () => {
  const { weights, inputs } = circuitFrequencies(circuit);
  const rounded = (values: readonly number[]) => values.map((value) => Math.round(value * 1e9) / 1e9);
  expect(weights.map(rounded)).toEqual([
    [1, 2, 3],
    [0.5, 1],
  ]);
  expect(inputs.map(rounded)).toEqual([[0.3]]);
});

test("a device of which nothing but the frequencies is known", () => {
  const executable = compile(circuit, { precision: "float64" });
  let runs = 0;
  const device = (weights: Float64Array) => {
    runs++;
    return executable.run({ inputs: [0.4], weights });
  };
  const found = shiftFunction(device, [0.8, -0.3], circuitFrequencies(circuit).weights);
  expect(runs).toBe(6 + 4);
  for (let j = 0; j < 2; j++) {
    const { weights } = executable.vjp({ inputs: [0.4], weights: [0.8, -0.3], cotangent: [1 - j, j] });
    expect(found[2 * j]).toBeCloseTo(weights[0], 13);
    expect(found[2 * j + 1]).toBeCloseTo(weights[1], 13);
  }
});

test("too many frequencies, and wrong lists, are refused", () => {
  const scales = Array.from({ length: 7 }, (_, i) => Math.sqrt(i + 2));
  const operations = scales.map((scale) => RX.on([0], { weight: 0, scale }));
  expect(() => circuitFrequencies(createCircuit({ name: "many", numQubits: 1, operations }))).toThrow(
    "[many] weight 0 has over 256 frequencies; use parameterShift",
  );
  expect(() => shiftFunction(() => [0], [1, 2], [[1]])).toThrow("one list for each of the 2 parameters; got 1.");
});
