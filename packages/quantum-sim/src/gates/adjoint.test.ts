import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { multiply } from "../complex-matrix.ts";
import { checkGate } from "../contracts/check-gate.ts";
import { adjoint, adjointOperations } from "./adjoint.ts";
import { CNOT, gates, IsingZZ, MultiRZ, PauliRot, productAngle, RX, S, Sdg, T, X } from "./index.ts";

const ALL = [...gates, MultiRZ(3), PauliRot("XY"), productAngle(IsingZZ)];

test.each(ALL)("adjoint($name) is the inverse and keeps the gate contract", (gate) => {
  const inverse = adjoint(gate);
  checkGate(inverse);
  const rng = createRng(3).fork(gate.name);
  const angles = Array.from({ length: gate.numAngles }, () => rng.uniform() * 6);
  const product = multiply(inverse.matrix(angles), gate.matrix(angles));
  product.re.forEach((x, i) => {
    expect(x).toBeCloseTo(i % (product.dim + 1) === 0 ? 1 : 0, 14);
    expect(product.im[i]).toBeCloseTo(0, 14);
  });
  expect(adjoint(inverse)).toBe(gate);
});

test("what has a name keeps it", () => {
  expect([adjoint(S), adjoint(Sdg), adjoint(X), adjoint(CNOT)]).toEqual([Sdg, S, X, CNOT]);
  expect(adjoint(RX).name).toBe("RX†");
});

test("the inverse of a circuit", () => {
  const inverse = adjointOperations([RX.on([0], { weight: 0 }), CNOT.on([0, 1]), T.on([1])]);
  expect(inverse.map(({ gate, wires }) => `${gate.name} ${wires}`)).toEqual(["Tdg 1", "CNOT 0,1", "RX† 0"]);
});
