import { createRng } from "repro-kit";
import { describe, expect, test } from "vitest";
import { createCircuit } from "../circuit.ts";
import { defineControlled, defineFixedGate, type Gate, type Operation } from "../gate.ts";
import {
  adjoint,
  CRot,
  control,
  gates,
  H,
  ISWAP,
  IsingXX,
  IsingXY,
  IsingZZ,
  MultiRZ,
  PauliRot,
  PhaseShift,
  productAngle,
  Rot,
  RX,
  RY,
  S,
  SWAP,
  statePreparation,
  U2,
  U3,
  X,
  Y,
} from "../gates/index.ts";
import { simulatePlainly } from "../simulate.ts";

import { decomposeGate } from "./decompose-gate.ts";
import { eulerAngles } from "./euler-angles.ts";
import { pauliRotations } from "./pauli-rotations.ts";
import { phaseDistance } from "./phase-distance.ts";

/** Rounding of some hundred gates. */
const CLOSE = 1e-12;
const FREE_ONES = ["RX", "RY", "RZ", "PhaseShift", "Rot", "U1", "U2", "U3"];

/** To the end: CNOT and gates on one wire. */
function toEnd(operation: Operation): Operation[] {
  const { gate, wires, angles } = operation;
  const isBound = angles.every((angle) => typeof angle === "number");
  if (gate.name === "CNOT" || (wires.length === 1 && (isBound || FREE_ONES.includes(gate.name)))) return [operation];
  const parts = decomposeGate(operation);
  expect(parts, gate.name).toBeDefined();
  return (parts ?? []).flatMap(toEnd);
}

/** Largest distance from the gate over random product states, which see every column. */
function distance(gate: Gate, isFree: boolean): number {
  const rng = createRng(gate.numWires + 7);
  let largest = 0;
  for (let trial = 0; trial < 3; trial++) {
    const numQubits = gate.numWires + 1;
    const wires = rng.shuffle(Array.from({ length: numQubits }, (_, wire) => wire)).slice(0, gate.numWires);
    const weights = Array.from({ length: gate.numAngles }, () => rng.uniform() * 6 - 3);
    const operation = gate.on(wires, ...weights.map((value, weight) => (isFree ? { weight, scale: 0.7, shift: 0.2 } : value)));
    const start = Array.from({ length: numQubits }, (_, wire) => RX.on([wire], rng.uniform() * 6)).concat(
      Array.from({ length: numQubits }, (_, wire) => RY.on([wire], rng.uniform() * 6)),
    );
    const state = (operations: Operation[]) =>
      simulatePlainly(createCircuit({ numQubits, operations: [...start, ...operations], weightShape: [weights.length] }), {
        weights,
      });
    largest = Math.max(largest, phaseDistance(state([operation]), state(toEnd(operation))));
  }
  return largest;
}

const random = (seed: number, dim: number): Gate => {
  // Columns of a random matrix, made orthonormal.
  const rng = createRng(seed);
  const columns = Array.from({ length: dim }, () => Array.from({ length: dim }, () => [rng.normal(), rng.normal()]));
  columns.forEach((column, c) => {
    for (const other of columns.slice(0, c)) {
      const re = column.reduce((sum, [x, y], i) => sum + other[i][0] * x + other[i][1] * y, 0);
      const im = column.reduce((sum, [x, y], i) => sum + other[i][0] * y - other[i][1] * x, 0);
      column.forEach((entry, i) => {
        const [x, y] = other[i];
        entry[0] -= re * x - im * y;
        entry[1] -= re * y + im * x;
      });
    }
    const norm = Math.hypot(...column.flat());
    for (const entry of column) {
      entry[0] /= norm;
      entry[1] /= norm;
    }
  });
  const entries = Array.from({ length: dim * dim }, (_, i) => columns[i % dim][Math.floor(i / dim)]);
  return defineFixedGate(
    `random ${dim}`,
    entries.map(([x]) => x),
    entries.map(([, y]) => y),
  );
};

describe("gates with many controls", () => {
  test.each([
    control(X, 6),
    control(X, 7),
    control(Y, 6),
    control(H, 6),
    control(RX, 7),
    control(PhaseShift, 6),
    control(Rot, 6),
    control(U3, 6),
    adjoint(control(RY, 6)),
    control(SWAP, 6),
    control(PauliRot("XY"), 6),
  ])("$name", (gate) => {
    for (const isFree of gate.numAngles > 0 ? [false, true] : [false]) expect(distance(gate, isFree)).toBeLessThan(CLOSE);
  });

  test("take some thousand gates at the most", () => {
    const wires = Array.from({ length: 11 }, (_, wire) => wire);
    expect(toEnd(control(RX, 10).on(wires, { weight: 0 })).length).toBeLessThan(5000);
    expect(toEnd(control(X, 10).on(wires)).length).toBeLessThan(20_000);
  });
});

describe.each([...gates])("$name", (gate) => {
  test("comes to CNOT and single-qubit gates, with numbers and with free angles", () => {
    expect(distance(gate, false)).toBeLessThan(CLOSE);
    expect(distance(gate, true)).toBeLessThan(CLOSE);
  });
});

const own: readonly (readonly [Gate, boolean])[] = [
  [defineControlled("C(S)", S), true],
  [defineControlled("C3X", X, 3), true],
  [defineControlled("C2H", H, 2), true],
  [defineControlled("C2RX", RX, 2), true],
  [defineControlled("C2Rot", Rot, 2), true],
  [defineControlled("C(U2)", U2), true],
  [defineControlled("C2U3", U3, 2), true],
  [defineControlled("C(IsingXY)", IsingXY), true],
  [defineControlled("C2SWAP", SWAP, 2), true],
  [random(1, 4), true],
  [random(2, 8), true],
  [random(3, 16), true],
  [defineControlled("C(random)", random(4, 4)), true],
  [MultiRZ(8), true],
  [PauliRot("XIYZXYZ"), true],
  [control(PauliRot("XY"), 2), true],
  [adjoint(CRot), true],
  [adjoint(Rot), true],
  [adjoint(control(U3)), true],
  [adjoint(IsingXX), true],
  [adjoint(ISWAP), true],
  [control(S, 2), true],
  [productAngle(IsingZZ), false],
  [statePreparation(3), false],
];
test.each(own)("a gate of one's own: %o", (gate, isFree) => {
  expect(distance(gate, false)).toBeLessThan(CLOSE);
  expect(distance(gate, isFree)).toBeLessThan(CLOSE);
});

test("Euler angles give the matrix back, with its phase", () => {
  for (let seed = 0; seed < 50; seed++) {
    const U =
      seed < 40
        ? random(seed, 2).matrix([])
        : [...gates].filter(({ numWires, numAngles }) => numWires === 1 && numAngles === 0)[seed - 40].matrix([]);
    const { alpha, phi, theta, lambda } = eulerAngles(U);
    const made = Rot.matrix([lambda, theta, phi]);
    const [c, s] = [Math.cos(alpha), Math.sin(alpha)];
    made.re.forEach((x, i) => {
      expect(Math.abs(c * x - s * made.im[i] - U.re[i]) + Math.abs(s * x + c * made.im[i] - U.im[i])).toBeLessThan(CLOSE);
    });
  }
});

test("a gate that is no product of commuting rotations is not taken for one", () => {
  expect(pauliRotations(Rot)).toBeUndefined();
  expect(pauliRotations({ ...RX, matrix: ([t]) => RX.matrix([t * t]) })).toBeUndefined();
  expect(pauliRotations(gates.resolve("CRZ"))).toEqual([
    { coefficient: 0.5, flip: 0, sign: 1 },
    { coefficient: -0.5, flip: 0, sign: 3 },
  ]);
});
