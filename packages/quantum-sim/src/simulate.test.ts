import { expect, test } from "vitest";
import { createCircuit } from "./circuit.ts";
import { CNOT, H, RY } from "./gates/index.ts";
import { probabilities, simulate } from "./simulate.ts";

test("a Bell state", () => {
  const { re, im } = simulate(createCircuit({ numQubits: 2, operations: [H.on([0]), CNOT.on([0, 1])] }));
  [Math.SQRT1_2, 0, 0, Math.SQRT1_2].forEach((amplitude, i) => {
    expect(re[i]).toBeCloseTo(amplitude, 15);
    expect(im[i]).toBe(0);
  });
});

test("inputs and weights, wire 0 the most significant bit", () => {
  const circuit = createCircuit({ numQubits: 2, operations: [RY.on([0], { input: 0 }), RY.on([1], { weight: 0 })] });
  const p = probabilities(simulate(circuit, { inputs: [Math.PI], weights: [Math.PI / 3] }));
  [0, 0, 0.75, 0.25].forEach((probability, i) => {
    expect(p[i]).toBeCloseTo(probability, 15);
  });
  expect(() => simulate(circuit, { inputs: [1] })).toThrow("[circuit] weights must be [1], 1 values; got 0.");
});
