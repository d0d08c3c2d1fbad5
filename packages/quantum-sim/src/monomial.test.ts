import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { createCircuit } from "./circuit.ts";
import { CCZ, CH, CNOT, CSWAP, CY, CZ, ISWAP, IsingZZ, RY, SWAP, Toffoli } from "./gates/index.ts";
import { composeMonomial, isMonomial } from "./monomial.ts";
import { simulate } from "./simulate.ts";

test("which gates only permute and change signs", () => {
  const wires = [0, 1, 2];
  const isOne = (gate: typeof CNOT) => isMonomial(gate.on(wires.slice(0, gate.numWires), ...(gate.numAngles ? [0] : [])));
  expect([CNOT, CZ, SWAP, Toffoli, CCZ, CSWAP].map(isOne)).toEqual([true, true, true, true, true, true]);
  expect([CH, CY, ISWAP, IsingZZ].map(isOne)).toEqual([false, false, false, false]);
});

test("a composition acts as its gates one after the other", () => {
  const rng = createRng(0);
  const rotations = [0, 1, 2, 3].map((wire) => RY.on([wire], 1 + wire));
  const operations = Array.from({ length: 30 }, () => {
    const gate = [CNOT, CZ, SWAP, Toffoli, CCZ, CSWAP][rng.integer(6)];
    return gate.on(rng.shuffle([0, 1, 2, 3]).slice(0, gate.numWires));
  });
  const before = simulate(createCircuit({ numQubits: 4, operations: rotations }));
  const after = simulate(createCircuit({ numQubits: 4, operations: [...rotations, ...operations] }));
  const { targets, signs, moves } = composeMonomial(operations, 4);
  expect(moves).toBe(true);
  before.re.forEach((amplitude, x) => {
    expect(after.re[targets[x]]).toBeCloseTo(signs[x] * amplitude, 14);
  });
  expect(composeMonomial([CZ.on([0, 1])], 2)).toMatchObject({ moves: false, signs: Int8Array.of(1, 1, 1, -1) });
});
