import { expect, test } from "vitest";
import { buildCircuit } from "../build-circuit.ts";
import { createCircuit } from "../circuit.ts";
import { CNOT, CRX, H, IsingZZ, RX, RY, RZ, SWAP } from "../gates/index.ts";
import { explain, programOutline } from "./explain.ts";

test("layers become a product state, then one pass and one round of rotations each", () => {
  expect(explain(buildCircuit("hybridq", { numQubits: 4, numLayers: 2 }))).toBe(
    [
      "hybridq: 4 qubits, 34 operations in 4 steps, path batched-simd",
      "  1  product state    16 gates → 4 turns (12 by weights, 4 by inputs)",
      "  2  move and factor  3 CNOT → one pass",
      "  3  rotations        12 gates → 4 turns (12 by weights), radix 4 + 4",
      "  4  move and factor  3 CNOT → one pass",
      "  5  measurement      4 Pauli words, folded together",
    ].join("\n"),
  );
});

test("gates that the layered kernel does not know are told apart", () => {
  const circuit = createCircuit({
    name: "mixed",
    numQubits: 3,
    operations: [
      ...[0, 1, 2].map((q) => H.on([q])),
      ...[0, 1, 2].map((q) => RZ.on([q], { input: q })),
      IsingZZ.on([0, 2], { weight: 0 }),
      CNOT.on([0, 1]),
      SWAP.on([0, 2]),
      CRX.on([0, 1], { weight: 1 }),
      RX.on([2], 0.5),
    ],
    observables: ["Z0 Z1", "Z2"],
  });
  const { path, steps, numRelabelled } = programOutline(circuit);
  expect([path, numRelabelled]).toEqual(["program", 1]);
  expect(steps.map(({ kind, what }) => `${kind}: ${what}`)).toEqual([
    "product state: 6 gates → 3 turns (3 by inputs)",
    "move and factor: 1 CNOT, 1 diagonal gate → one pass",
    "blocks: CRX on 1/2 of the amplitudes",
    "rotations: 1 gate → 1 turn, radix 2",
    "measurement: 2 Pauli words, by one Walsh–Hadamard transform",
  ]);
  expect(explain(circuit)).toContain("1 SWAP as another numbering of the wires");
});

test("gates merge with what stands before them on their wires, wherever they were written", () => {
  const scattered = createCircuit({
    numQubits: 3,
    operations: [RY.on([0], 1), CNOT.on([0, 1]), RY.on([2], 1), RX.on([2], 1), RY.on([0], 1)],
  });
  expect(programOutline(scattered).steps.map(({ kind }) => kind)).toEqual([
    "product state",
    "move and factor",
    "rotations",
    "measurement",
  ]);
});
