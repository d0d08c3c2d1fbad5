import { createRng } from "repro-kit";
import { describe, expect, test } from "vitest";
import type { ComplexMatrix } from "../complex-matrix.ts";
import { CNOT, CRot, CZ, H, SWAP, Toffoli } from "../gates/index.ts";
import { pauliMatrix } from "./channel.ts";
import { bitFlip, depolarizing } from "./channels.ts";
import { transferMatrix } from "./pauli-transfer.ts";
import {
  adjointMap,
  applyPauliMap,
  type PauliVector,
  pauliMap,
  pauliOverlaps,
  realAction,
  resetPauliVector,
  setPureState,
} from "./pauli-vector.ts";

const NUM_QUBITS = 3;
const SIZE = 4 ** NUM_QUBITS;
const wordOf = (index: number): ComplexMatrix =>
  pauliMatrix([...index.toString(4).padStart(NUM_QUBITS, "0")].map((digit) => "IXYZ"[Number(digit)]).join(""));
const random = (seed: number): PauliVector => ({
  numQubits: NUM_QUBITS,
  values: createRng(seed).fillNormal(new Float64Array(SIZE)),
});
const copy = ({ numQubits, values }: PauliVector): PauliVector => ({ numQubits, values: values.slice() });
const inner = (a: PauliVector, b: PauliVector) => a.values.reduce((sum, x, i) => sum + x * b.values[i], 0);

/** The map entry by entry: digits on the wires change, the others stay. */
function plainly(R: Float64Array, wires: readonly number[], { values }: PauliVector): Float64Array {
  const dim = 4 ** wires.length;
  const digit = (index: number, wire: number) => Math.floor(index / 4 ** (NUM_QUBITS - 1 - wire)) % 4;
  const own = (index: number) => wires.reduce((sum, wire) => 4 * sum + digit(index, wire), 0);
  return Float64Array.from({ length: SIZE }, (_, x) =>
    values.reduce((sum, value, y) => {
      const isSame = [0, 1, 2].every((wire) => wires.includes(wire) || digit(x, wire) === digit(y, wire));
      return isSame ? sum + R[own(x) * dim + own(y)] * value : sum;
    }, 0),
  );
}

describe("maps", () => {
  test.each([
    ["a Clifford gate on one wire", "move", [H.matrix([])], [1]],
    ["CNOT", "move", [CNOT.matrix([])], [2, 0]],
    ["CZ", "move", [CZ.matrix([])], [0, 1]],
    ["SWAP", "move", [SWAP.matrix([])], [0, 2]],
    ["a Pauli channel", "scale", bitFlip(0.2).kraus, [2]],
    ["a Pauli channel on two wires", "scale", depolarizing(0.2, 2).kraus, [2, 1]],
    ["any gate", "dense", [CRot.matrix([0.3, 1, 2])], [2, 0]],
    ["a gate on three wires", "dense", [Toffoli.matrix([])], [1, 2, 0]],
  ] as const)("%s is a %s map, with its adjoint", (_, kind, kraus, wires) => {
    const R = transferMatrix(kraus);
    const map = pauliMap(R);
    expect(map.kind).toBe(kind);
    const [r, bra] = [random(1), random(2)];
    const [after, back] = [copy(r), copy(bra)];
    applyPauliMap(map, wires, after);
    applyPauliMap(adjointMap(map), wires, back);
    plainly(R, wires, r).forEach((value, i) => {
      expect(after.values[i]).toBeCloseTo(value, 12);
    });
    expect(inner(bra, after)).toBeCloseTo(inner(back, r), 11);
    // ⟨bra|R|r⟩ = Σ R_ab overlaps_ab
    const sums = pauliOverlaps(bra, r, wires);
    expect(R.reduce((sum, x, e) => sum + x * sums[e], 0)).toBeCloseTo(inner(bra, after), 11);
  });
});

describe("pure states", () => {
  test("|0…0⟩ has 1 for every word of I and Z", () => {
    const r = random(1);
    resetPauliVector(r);
    r.values.forEach((value, index) => {
      expect(value).toBe(/^[03]*$/.test(index.toString(4)) ? 1 : 0);
    });
  });

  const v = createRng(3).fillNormal(new Float64Array(8));

  test("real amplitudes have ⟨v|P|v⟩", () => {
    const r = random(1);
    setPureState(r, v);
    r.values.forEach((value, index) => {
      const P = wordOf(index);
      let sum = 0;
      for (let x = 0; x < 8; x++) for (let y = 0; y < 8; y++) sum += v[x] * P.re[8 * x + y] * v[y];
      expect(value).toBeCloseTo(sum, 12);
    });
  });

  test("a sum of words acts on them", () => {
    const bra = random(4);
    const wanted = new Float64Array(8);
    bra.values.forEach((coefficient, index) => {
      const P = wordOf(index);
      for (let x = 0; x < 8; x++) for (let y = 0; y < 8; y++) wanted[x] += coefficient * P.re[8 * x + y] * v[y];
    });
    realAction(bra, v).forEach((value, x) => {
      expect(value).toBeCloseTo(wanted[x], 11);
    });
  });
});
