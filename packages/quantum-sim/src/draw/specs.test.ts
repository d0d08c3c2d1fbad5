import { expect, test } from "vitest";
import { buildCircuit } from "../build-circuit.ts";
import { createCircuit } from "../circuit.ts";
import { CNOT, CRX, H, RX, RZ, Toffoli, X } from "../gates/index.ts";
import { specs } from "./specs.ts";

test("counts of the ansatz of HybridQ", () => {
  expect(specs(buildCircuit("hybridq", { numQubits: 10, numLayers: 6 }))).toEqual({
    numQubits: 10,
    numInputs: 10,
    numWeights: 180,
    numObservables: 10,
    numGates: 244,
    depth: 38,
    gates: { RY: 70, RX: 60, RZ: 60, CNOT: 54 },
    gateSizes: { 1: 190, 2: 54 },
    // RX and RY: two entries a row of 2 each and a sum of 2 (130 gates); RZ: 6 (60 gates); CNOT only moves.
    flops: 1024 * (130 * 6 + 60 * 6),
    bytes: { float32: 8 * 1024, float64: 16 * 1024 },
  });
});

test("depth is the longest path through the wires, not the width of a drawing", () => {
  const operations = [CNOT.on([0, 2]), X.on([1]), H.on([1]), RX.on([2], 1)];
  expect(specs(createCircuit({ numQubits: 3, operations })).depth).toBe(2);
  expect(specs(createCircuit({ numQubits: 3, operations: [] }))).toMatchObject({ depth: 0, numGates: 0, flops: 0 });
});

test("controlled gates cost only where the controls are 1", () => {
  const flops = (operation: ReturnType<typeof X.on>) => specs(createCircuit({ numQubits: 3, operations: [operation] })).flops;
  expect(flops(RZ.on([0], 1))).toBe(8 * 6);
  expect(flops(CRX.on([0, 1], 1))).toBe(4 * 6);
  expect(flops(Toffoli.on([0, 1, 2]))).toBe(0);
});
