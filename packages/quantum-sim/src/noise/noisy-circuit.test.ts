import { expect, test } from "vitest";
import { createCircuit } from "../circuit.ts";
import { CNOT, H, RX } from "../gates/index.ts";
import { hamiltonian } from "../hamiltonian.ts";
import { bitFlip, depolarizing } from "./channels.ts";
import { applyNoise, createNoisyCircuit, isChannel } from "./noisy-circuit.ts";
import { readoutError } from "./readout.ts";

test("a model's channels follow its gates", () => {
  const circuit = createCircuit({
    numQubits: 2,
    operations: [H.on([0]), CNOT.on([0, 1]), RX.on([1], { weight: 2 })],
    weightShape: [3],
  });
  const noisy = applyNoise(circuit, {
    name: "model",
    after: ({ wires }) => (wires.length === 2 ? [depolarizing(0.1, 2).on(wires), bitFlip(0.1).on([wires[1]])] : []),
    readout: (wire) => (wire === 1 ? readoutError(0.1) : undefined),
  });
  expect(noisy.steps.map((step) => (isChannel(step) ? step.channel.name : step.gate.name))).toEqual([
    "H",
    "CNOT",
    "depolarizing",
    "bitFlip",
    "RX",
  ]);
  expect(noisy.circuit).toMatchObject({ numWeights: 3, operations: circuit.operations });
  expect(noisy.readout).toEqual([undefined, { p1given0: 0.1, p0given1: 0.1 }]);
});

test("what it measures may be a Hamiltonian", () => {
  const circuit = createCircuit({
    numQubits: 2,
    operations: [],
    observables: [
      hamiltonian([
        [1, "Z0"],
        [2, "Z1"],
      ]),
    ],
  });
  expect(applyNoise(circuit, { name: "none", after: () => [] }).circuit.outputs).toEqual(circuit.outputs);
});

test("what does not fit the wires is refused", () => {
  expect(() => createNoisyCircuit({ numQubits: 1, operations: [bitFlip(0.1).on([1])] })).toThrow(
    "[circuit] bitFlip on [1] needs wires below numQubits = 1.",
  );
  expect(() => createNoisyCircuit({ numQubits: 1, operations: [], readout: [undefined, readoutError(0.1)] })).toThrow(
    "readout must have an entry a wire; got 2 for 1.",
  );
  expect(() => createNoisyCircuit({ numQubits: 1, operations: [], readout: [{ p1given0: 2, p0given1: 0 }] })).toThrow("got 2.");
  expect(() => createNoisyCircuit({ numQubits: 1, steps: [] } as unknown as { numQubits: number; operations: [] })).toThrow(
    '"steps"',
  );
});
