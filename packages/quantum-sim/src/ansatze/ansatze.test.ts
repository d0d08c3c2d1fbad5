import { describe, expect, test } from "vitest";
import { buildCircuit } from "../build-circuit.ts";
import { CZ, ISWAP } from "../gates/index.ts";
import { checkAnsatz } from "../testing.ts";
import {
  ansatze,
  brickworkWith,
  dataReuploadingWith,
  rotationLayers,
  stronglyEntanglingLayers,
  stronglyEntanglingWith,
} from "./index.ts";
import { treePairs } from "./tree-tensor-network.ts";

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

test("variants keep the contract", () => {
  checkAnsatz(brickworkWith("bricks", ISWAP), { numQubits: 4, numLayers: 3 });
  checkAnsatz(dataReuploadingWith("plain", { scaling: "none" }), { numQubits: 3, numLayers: 2 });
  checkAnsatz(stronglyEntanglingWith("reaches", CZ, { ranges: [3, 1] }), { numQubits: 4, numLayers: 2 });
  // @ts-expect-error a name that the type refuses too
  expect(() => dataReuploadingWith("plain", { scaling: "input" })).toThrow('[plain] no scaling "input"');
});

test("reaches that do not suit the size are refused", () => {
  const build = (ranges: readonly number[]) =>
    buildCircuit(stronglyEntanglingWith("reaches", CZ, { ranges }), { numQubits: 4, numLayers: 2 });
  expect(() => build([1])).toThrow("[reaches] ranges must have one entry a layer, 2; got 1.");
  expect(() => build([1, 4])).toThrow("ranges must be integers from 1 to numQubits − 1 = 3; got 4 in layer 1.");
});

test("trees over any number of qubits", () => {
  expect(treePairs(8).join(" ")).toBe("0,1 2,3 4,5 6,7 1,3 5,7 3,7");
  expect(treePairs(5).join(" ")).toBe("0,1 2,3 1,3 3,4");
  expect(treePairs(1)).toEqual([]);
});

test("an ansatz that changes from call to call is caught", () => {
  let calls = 0;
  const restless = {
    ...stronglyEntanglingLayers,
    *operations(...[size, angles]: Parameters<typeof stronglyEntanglingLayers.operations>) {
      yield* stronglyEntanglingLayers.operations(size, angles);
      if (calls++ % 2 === 0) yield CZ.on([0, 1]);
    },
  };
  expect(() => checkAnsatz(restless)).toThrow("operations must be the same each time they are asked for; seed what is random.");
});

test("the papers' sizes", () => {
  const hybridq = buildCircuit("hybridq", { numQubits: 10, numLayers: 6 });
  expect([hybridq.numInputs, hybridq.numWeights, hybridq.weightShape]).toEqual([10, 180, [6, 10, 3]]);
  expect(hybridq.operations).toHaveLength(10 + 6 * (30 + 9));
  const mosaiq = buildCircuit("mosaiq", { numQubits: 5, numLayers: 6 });
  expect([mosaiq.numInputs, mosaiq.numWeights, mosaiq.observables[4]]).toEqual([5, 30, { factors: [{ pauli: "X", wire: 4 }] }]);
});
