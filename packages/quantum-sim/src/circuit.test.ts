import { describe, expect, test } from "vitest";
import { type CreateCircuitOptions, createCircuit } from "./circuit.ts";
import { CNOT, RX, RY } from "./gates/index.ts";
import { pauliWord } from "./observable.ts";

test("sizes are told by the operations", () => {
  const circuit = createCircuit({
    numQubits: 2,
    operations: [RX.on([0], { input: 3 }), RY.on([1], { weight: 1 }), CNOT.on([0, 1])],
  });
  expect(circuit).toMatchObject({ name: "circuit", numInputs: 4, numWeights: 2, weightShape: [2] });
  expect(circuit.observables).toEqual([pauliWord("Z0"), pauliWord("Z1")]);
});

test("sizes may be larger than what is used", () => {
  const circuit = createCircuit({
    numQubits: 1,
    operations: [],
    numInputs: 2,
    weightShape: [3, 2],
    observables: ["X0", pauliWord("Y0")],
  });
  expect([circuit.numInputs, circuit.numWeights, circuit.observables.length]).toEqual([2, 6, 2]);
});

describe("refuses", () => {
  const operations = [RX.on([2], { weight: 4 })];
  test.each([
    [{ numQubits: 2, operations }, "[circuit] RX on [2] needs wires below numQubits = 2."],
    [{ numQubits: 3, operations, weightShape: [2, 2] }, "[circuit] weight 4 is outside the 4 weights of shape [2, 2]."],
    [{ numQubits: 3, operations: [RX.on([0], { input: 1 })], numInputs: 1 }, "[circuit] input 1 is outside the 1 features."],
    [{ numQubits: 3, operations: [], observables: ["Z3"] }, "[circuit] observable Z3 needs a wire below numQubits = 3."],
    [
      { numQubits: 2, operations: [], observables: [{ factors: [{ pauli: "X", wire: -1 }] }] },
      "observable X-1 needs a wire below",
    ],
    [{ numQubits: 2, operations: [], observables: [{ factors: [{ pauli: "W", wire: 0 }] }] }, "observable W0 must be X, Y or Z"],
    [
      {
        numQubits: 2,
        operations: [],
        observables: [
          {
            factors: [
              { pauli: "X", wire: 1 },
              { pauli: "Z", wire: 1 },
            ],
          },
        ],
      },
      "[circuit] an observable must name each wire once; got 1 twice.",
    ],
    [
      { numQubits: 2, operations: [], observables: [{ terms: [{ coefficient: Number.NaN, word: { factors: [] } }] }] },
      "[circuit] coefficients of what is measured must be finite; got NaN.",
    ],
    [{ numQubits: 1, operations: [], weightShape: [2.5] }, "weightShape and numInputs must be integers ≥ 0; got [2.5] and 0."],
    [{ numQubits: 1, operations: [], numInputs: -1 }, "weightShape and numInputs must be integers ≥ 0; got [0] and -1."],
    [{ numQubits: 0, operations: [] }, "[circuit] numQubits must be an integer from 1 to 30; got 0."],
  ])("%#", (options, message) => {
    // Not all of these are of the type: plain JavaScript passes them too.
    expect(() => createCircuit(options as CreateCircuitOptions)).toThrow(message);
  });
  test("an unknown option", () => {
    // @ts-expect-error a key that the type refuses too
    expect(() => createCircuit({ numQubits: 1, operations: [], observable: ["Z0"] })).toThrow(
      'unknown option "observable"; did you mean "observables"?',
    );
  });
});
