import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { createCircuit } from "../circuit.ts";
import { type ComplexMatrix, identity } from "../complex-matrix.ts";
import { defineFixedGate, type Operation } from "../gate.ts";
import { CNOT, CZ, ECR, H, ISWAP, IsingXX, IsingXY, IsingYY, IsingZZ, RX, RZ, S, SWAP, Toffoli, U3 } from "../gates/index.ts";
import { simulatePlainly } from "../simulate.ts";
import { applyMatrix } from "../statevector.ts";
import { decomposeGate } from "./decompose-gate.ts";
import { phaseDistance } from "./phase-distance.ts";
import { twoQubitUnitary } from "./two-qubit-unitary.ts";

/** Rounding of eigenvectors and some dozen gates. */
const CLOSE = 1e-12;

/** The matrix of a sequence on two wires. */
function matrixOf(operations: readonly Operation[]): ComplexMatrix {
  const U = identity(4);
  for (const { gate, wires, angles } of operations)
    applyMatrix(gate.matrix(angles.map(Number)), wires, { numQubits: 4, re: U.re, im: U.im });
  return U;
}

/** Distance from the unitary on halves of Bell pairs, and the number of entanglers. */
function check(U: ComplexMatrix): { distance: number; entanglers: number } {
  const operations = twoQubitUnitary(U, [1, 0]);
  const given = defineFixedGate("given", [...U.re], [...U.im]);
  const pairs = [H.on([0]), H.on([1]), CNOT.on([0, 2]), CNOT.on([1, 3])];
  const state = (all: Operation[]) => simulatePlainly(createCircuit({ numQubits: 4, operations: [...pairs, ...all] }));
  return {
    distance: phaseDistance(state([given.on([1, 0])]), state(operations)),
    entanglers: operations.filter(({ wires }) => wires.length === 2).length,
  };
}

const local = (rng: ReturnType<typeof createRng>) =>
  [0, 1].map((wire) => U3.on([wire], rng.normal() * 2, rng.normal() * 2, rng.normal() * 2));

test("random unitaries take three CNOTs", () => {
  const rng = createRng(0);
  for (let trial = 0; trial < 60; trial++) {
    const layers = Array.from({ length: 4 }, () => [...local(rng), CNOT.on([0, 1])]).flat();
    const { distance, entanglers } = check(matrixOf(layers));
    expect(distance).toBeLessThan(CLOSE);
    expect(entanglers).toBe(3);
  }
});

test("gates that need fewer take fewer, whatever stands around them", () => {
  const rng = createRng(1);
  const cases: readonly (readonly [Operation[], number])[] = [
    [[], 0],
    [[RX.on([0], 1), S.on([1])], 0],
    [[CNOT.on([0, 1])], 1],
    [[CZ.on([0, 1])], 1],
    [[ECR.on([1, 0])], 1],
    [[IsingXX.on([0, 1], 0.7)], 2],
    [[IsingYY.on([0, 1], -2)], 2],
    [[IsingZZ.on([0, 1], 1e-3)], 2],
    [[IsingXY.on([0, 1], 1.2)], 2],
    [[ISWAP.on([0, 1])], 2],
    [[SWAP.on([0, 1])], 3],
    [[CNOT.on([0, 1]), RZ.on([1], 0.3), RX.on([0], 0.2), CNOT.on([0, 1])], 2],
  ];
  for (const [operations, most] of cases)
    for (const around of [false, true]) {
      const U = matrixOf(around ? [...local(rng), ...operations, ...local(rng)] : operations);
      const { distance, entanglers } = check(U);
      expect(distance).toBeLessThan(CLOSE);
      expect(entanglers).toBeLessThanOrEqual(most);
    }
});

test("nearly degenerate ones come out right", () => {
  const rng = createRng(2);
  for (const small of [1e-3, 1e-6, 1e-8, 1e-10, 1e-12, 1e-14])
    for (const base of [CNOT.on([0, 1]), SWAP.on([0, 1]), RX.on([0], 1)]) {
      const turned = [...local(rng), base, IsingXX.on([0, 1], small), IsingZZ.on([0, 1], small / 3), ...local(rng)];
      expect(check(matrixOf(turned)).distance).toBeLessThan(CLOSE);
      expect(check(matrixOf([base, IsingYY.on([0, 1], small)])).distance).toBeLessThan(CLOSE);
    }
});

test("a matrix of one's own is taken apart this way", () => {
  const U = matrixOf([H.on([0]), CNOT.on([0, 1]), RX.on([1], 1), CNOT.on([1, 0]), S.on([0]), CNOT.on([0, 1])]);
  const parts = decomposeGate(defineFixedGate("own", [...U.re], [...U.im]).on([0, 1])) ?? [];
  expect(parts.filter(({ wires }) => wires.length === 2).length).toBeLessThanOrEqual(3);
  expect(decomposeGate(Toffoli.on([0, 1, 2]))).toHaveLength(15);
});
