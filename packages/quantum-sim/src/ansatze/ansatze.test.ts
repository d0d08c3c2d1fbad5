import { describe, expect, test } from "vitest";
import { buildCircuit } from "../build-circuit.ts";
import { checkAnsatz } from "../testing.ts";
import { ansatze, rotationLayers, stronglyEntanglingLayers } from "./index.ts";

describe.each([...ansatze])("ansatz $name", (ansatz) => {
  test.each([1, 2, 3, 5])("keeps the ansatz contract on %i qubits", (numQubits) => {
    checkAnsatz(ansatz, { numQubits, numLayers: 3 });
  });
});

test("unknown names list what is known", () => {
  expect(() => ansatze.resolve("hybrid")).toThrow('[ansatz] no ansatz named "hybrid"; did you mean "hybridq"? known: ');
});

test("a weight outside the shape is caught", () => {
  const bad = { ...stronglyEntanglingLayers, weightShape: () => [1, 1, 1] };
  expect(() => checkAnsatz(bad)).toThrow("outside the declared shape [1, 1, 1]");
});

test("a declared weight that no gate uses is caught", () => {
  const bad = { ...stronglyEntanglingLayers, weightShape: () => [2, 3, 4] };
  expect(() => checkAnsatz(bad)).toThrow("[strongly-entangling-layers] uses 18 of 24 declared weights.");
});

test("rotation layers refuse what they do not know", () => {
  // @ts-expect-error a name that the type refuses too
  expect(() => rotationLayers({ rotations: ["RQ"], entangler: "CZ" })).toThrow(
    '[rotationLayers] no rotation "RQ"; did you mean "RX"?',
  );
  // @ts-expect-error a name that the type refuses too
  expect(() => rotationLayers({ rotations: ["RX"], entangler: "CH" })).toThrow('[rotationLayers] no entangler "CH"');
  expect(() => rotationLayers({ rotations: [], entangler: "CZ" })).toThrow("at least one rotation");
});

test("the papers' sizes", () => {
  const hybridq = buildCircuit("hybridq", { numQubits: 10, numLayers: 6 });
  expect([hybridq.numInputs, hybridq.numWeights, hybridq.weightShape]).toEqual([10, 180, [6, 10, 3]]);
  expect(hybridq.operations).toHaveLength(10 + 6 * (30 + 9));
  const mosaiq = buildCircuit("mosaiq", { numQubits: 5, numLayers: 6 });
  expect([mosaiq.numInputs, mosaiq.numWeights, mosaiq.observables[4]]).toEqual([5, 30, { factors: [{ pauli: "X", wire: 4 }] }]);
});
