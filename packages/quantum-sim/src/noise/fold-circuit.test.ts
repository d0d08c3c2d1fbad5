import { describe, expect, test } from "vitest";
import { createCircuit } from "../circuit.ts";
import { multiply } from "../complex-matrix.ts";
import { CNOT, CRX, gates, H, IsingXX, Rot, RX, S, SX, T } from "../gates/index.ts";
import { simulate } from "../simulate.ts";
import { foldCircuit, inverseOperation } from "./fold-circuit.ts";

const circuit = createCircuit({
  numQubits: 2,
  operations: [
    H.on([0]),
    RX.on([1], { input: 0 }),
    SX.on([0]),
    CNOT.on([0, 1]),
    Rot.on([0], { weight: 0 }, 0.2, { weight: 1, scale: 2, shift: 0.1 }),
    CRX.on([1, 0], 0.4),
    T.on([1]),
  ],
  observables: ["X0", "Z0 Y1"],
});
const at = { inputs: [0.3], weights: [0.9, -0.7] };

describe("the inverse of an operation", () => {
  test("is a gate that noise models know, where there is one", () => {
    expect(inverseOperation(CNOT.on([1, 0])).gate).toBe(CNOT);
    expect(inverseOperation(S.on([0])).gate.name).toBe("Sdg");
    expect(inverseOperation(SX.on([0])).gate.name).toBe("SXdg");
    expect(inverseOperation(RX.on([0], { weight: 3, shift: 0.5 }))).toMatchObject({
      gate: { name: "RX" },
      angles: [{ weight: 3, scale: -1, shift: -0.5 }],
    });
    expect(inverseOperation(IsingXX.on([0, 1], 0.4)).angles).toEqual([-0.4]);
    expect(inverseOperation(Rot.on([0], 1, 2, 3)).gate.name).toBe("Rot†");
  });

  test("undoes every gate", () => {
    for (const gate of gates) {
      const values = Array.from({ length: gate.numAngles }, (_, k) => 0.3 + 0.5 * k);
      const wires = Array.from({ length: gate.numWires }, (_, k) => k);
      const inverse = inverseOperation(gate.on(wires, ...values));
      const product = multiply(inverse.gate.matrix(inverse.angles.map(Number)), gate.matrix(values));
      product.re.forEach((x, i) => {
        expect(Math.hypot(x - (i % (product.dim + 1) === 0 ? 1 : 0), product.im[i])).toBeLessThan(1e-12);
      });
    }
  });
});

describe("a folded circuit", () => {
  test.each([1, 1.5, 2, 3, 4.2, 5])("of factor %s is the same unitary", (factor) => {
    const folded = foldCircuit(circuit, factor);
    expect(Math.abs(folded.operations.length / circuit.operations.length - factor)).toBeLessThanOrEqual(
      1 / circuit.operations.length,
    );
    expect(folded.observables).toEqual(circuit.observables);
    const [wanted, found] = [simulate(circuit, at), simulate(folded, at)];
    wanted.re.forEach((x, i) => {
      expect(found.re[i]).toBeCloseTo(x, 12);
      expect(found.im[i]).toBeCloseTo(wanted.im[i], 12);
    });
  });

  test("cannot have less noise", () => {
    expect(() => foldCircuit(circuit, 0.5)).toThrow("[foldCircuit] factor must be finite and ≥ 1; got 0.5.");
  });
});
