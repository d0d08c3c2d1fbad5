import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { createCircuit } from "../circuit.ts";
import { compile } from "../compile.ts";
import { CNOT, RX, RY } from "../gates/index.ts";
import { hamiltonian } from "../hamiltonian.ts";
import { pauliWord } from "../observable.ts";
import { groupWords, shotRunner } from "./shot-runner.ts";

const circuit = createCircuit({
  numQubits: 3,
  operations: [RX.on([0], { input: 0 }), RY.on([1], { input: 1 }), CNOT.on([0, 1]), RX.on([2], 0.4), CNOT.on([1, 2])],
  observables: [
    "Z0",
    "Y0 X1",
    "Z0 Z1 Z2",
    "X1 X2",
    hamiltonian([
      [0.5, "Y0"],
      [-2, "I"],
      [0.25, "Z1"],
    ]),
  ],
});

test("words that agree on every wire are read together", () => {
  const groups = groupWords(["Z0", "Z1 Z2", "X0", "X0 Z2", "Y1"].map(pauliWord), 3);
  expect(groups.map(({ members }) => members)).toEqual([
    [0, 1],
    [2, 3, 4],
  ]);
  expect(groups[1].bases).toEqual(["X", "Y", "Z"]);
});

test("means lie within four standard errors, and settings do not depend on how they are split", () => {
  const shots = 20_000;
  const inputs = Float64Array.from([0.3, 1.1, 2, -0.7]);
  const outputs = Array.from(shotRunner({ shots, rng: createRng(3) })(circuit)(inputs, 2));
  const exact = compile(circuit, { precision: "float64" }).run({ inputs, weights: [] });
  for (const [i, value] of exact.entries()) expect(Math.abs(value - outputs[i])).toBeLessThan(4 / Math.sqrt(shots));
  const again = shotRunner({ shots, rng: createRng(3) })(circuit);
  const split = [inputs.subarray(0, 2), inputs.subarray(2)].flatMap((own) => Array.from(again(own, 1)));
  expect(split).toEqual(outputs);
});
