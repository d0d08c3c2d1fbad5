import { describe, expect, test } from "vitest";
import { buildCircuit } from "./build-circuit.ts";
import { createCircuit } from "./circuit.ts";
import { defineRotation } from "./gate.ts";
import { CNOT, CRX, CY, CZ, H, Rot, RX, RY, RZ } from "./gates/index.ts";
import { layeredProgram } from "./layered-program.ts";

const of = (operations: Parameters<typeof createCircuit>[0]["operations"], observables?: string[], numQubits = 3) =>
  layeredProgram(createCircuit({ numQubits, operations, ...(observables ? { observables } : {}) }));

describe("layers", () => {
  test("of HybridQ and MosaiQ", () => {
    const hybridq = layeredProgram(buildCircuit("hybridq", { numQubits: 4, numLayers: 6 }));
    expect(hybridq).toMatchObject({ isComplex: true, measure: "Z", entanglers: [0, 0, 0, 0, 0, 0] });
    expect(hybridq?.monomials).toHaveLength(1);
    expect(hybridq?.encoding.map((steps) => steps.length)).toEqual([1, 1, 1, 1]);
    const mosaiq = layeredProgram(buildCircuit("mosaiq", { numQubits: 4, numLayers: 6 }));
    expect(mosaiq).toMatchObject({ isComplex: false, measure: "X" });
    expect(mosaiq?.monomials[0].moves).toBe(false);
  });

  test("begin where a gate follows an entangler on its wire, not on another", () => {
    const program = of([RY.on([0], 1), CNOT.on([0, 1]), RY.on([2], { weight: 0 }), CZ.on([1, 2]), RY.on([2], { weight: 1 })]);
    expect(program?.layers).toHaveLength(2);
    expect(program?.layers[1][2]).toEqual([{ axis: 1, angle: { weight: 1 } }]);
    expect(program?.monomials.map(({ moves }) => moves)).toEqual([true, false]);
  });

  test("do not depend on the order in which gates on other wires are written", () => {
    const size = { numQubits: 8, numLayers: 3 };
    // Pair after pair CZ, RY, RY; a tree, branch after branch.
    expect(layeredProgram(buildCircuit("simplified-two-design", size))?.layers).toHaveLength(7);
    expect(layeredProgram(buildCircuit("tree-tensor-network", size))?.layers).toHaveLength(9);
  });

  test("take constants before the first weight into the encoding", () => {
    const program = of([H.on([0]), RX.on([0], { input: 0 }), RZ.on([0], { weight: 0 }), H.on([0])]);
    expect(program?.encoding[0]).toHaveLength(2);
    expect(program?.layers[0][0]).toHaveLength(2);
  });

  test("are complex when ⟨Y⟩ is measured", () => {
    expect(of([RY.on([0], { weight: 0 })], ["Y0", "Y1", "Y2"])?.isComplex).toBe(true);
    expect(of([RY.on([0], { weight: 0 })], ["X0", "X1", "X2"])?.isComplex).toBe(false);
  });
});

describe("is none for", () => {
  const custom = defineRotation("RH", H);
  test.each([
    ["inputs after an entangler", of([RY.on([0], { input: 0 }), CNOT.on([0, 1]), RY.on([0], { input: 0 })])],
    ["inputs after a weight", of([Rot.on([0], { weight: 0 }, { input: 0 }, 0)])],
    ["controlled rotations", of([CRX.on([0, 1], { weight: 0 })])],
    ["entanglers with phases", of([CY.on([0, 1])])],
    ["rotations of one's own", of([custom.on([0], { weight: 0 })])],
    ["mixed observables", of([], ["X0", "Z1", "Z2"])],
    ["observables in another order", of([], ["Z1", "Z0", "Z2"])],
    ["Pauli words", of([], ["Z0 Z1", "Z1", "Z2"])],
    ["too few observables", of([], ["Z0"])],
    ["many qubits", of([], undefined, 17)],
  ])("%s", (_, program) => {
    expect(program).toBeUndefined();
  });
});
