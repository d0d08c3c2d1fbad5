import { createRng } from "repro-kit";
import { describe, expect, test } from "vitest";
import type { ComplexMatrix } from "../complex-matrix.ts";
import { CNOT, CRot, CZ, Rot, RZ, Toffoli } from "../gates/index.ts";
import { pauliMasks, pauliWord } from "../observable.ts";
import { addPauli, applyMatrix, createStatevector, expectPauli, type Statevector } from "../statevector.ts";
import { BRA, createTrajectoryMemory, KET, keptSlot, OWN_MATRIX } from "./trajectory-memory.ts";

const NUM_QUBITS = 4;
const SIZE = 2 ** NUM_QUBITS;

function randomState(seed: number): Statevector {
  const state = createStatevector(NUM_QUBITS);
  const rng = createRng(seed);
  rng.fillNormal(state.re);
  rng.fillNormal(state.im);
  return state;
}

describe.each([
  ["float32", 1e-4],
  ["float64", 1e-12],
] as const)("in %s, each lane", (precision, tolerance) => {
  const options = { numQubits: NUM_QUBITS, precision, matrixDims: [2, 4], numKept: 1, memoryLimitBytes: 2 ** 24 };
  const memory = createTrajectoryMemory(options);
  const { lanes, ket, overlaps } = memory;
  const states = Array.from({ length: lanes }, (_, lane) => randomState(lane));
  const load = (): Statevector[] => {
    states.forEach((state, lane) => {
      for (let x = 0; x < SIZE; x++) {
        ket[2 * x * lanes + lane] = state.re[x];
        ket[(2 * x + 1) * lanes + lane] = state.im[x];
      }
    });
    return states.map(({ numQubits, re, im }) => ({ numQubits, re: re.slice(), im: im.slice() }));
  };
  const isNear = (value: number, wanted: number) => expect(Math.abs(value - wanted)).toBeLessThan(tolerance);
  const expectKet = (wanted: readonly Statevector[]) => {
    wanted.forEach((state, lane) => {
      for (let x = 0; x < SIZE; x++) {
        isNear(ket[2 * x * lanes + lane], state.re[x]);
        isNear(ket[(2 * x + 1) * lanes + lane], state.im[x]);
      }
    });
  };
  const overlapOf = (bra: Statevector, other: Statevector, wires: readonly number[], a: number, b: number): [number, number] => {
    const offset = (k: number) =>
      wires.reduce((sum, wire, i) => sum + ((k >> (wires.length - 1 - i)) & 1) * 2 ** (NUM_QUBITS - 1 - wire), 0);
    const all = offset(2 ** wires.length - 1);
    let [re, im] = [0, 0];
    for (let x = 0; x < SIZE; x++) {
      if (x & all) continue;
      const [p, q] = [x | offset(a), x | offset(b)];
      re += bra.re[p] * other.re[q] + bra.im[p] * other.im[q];
      im += bra.re[p] * other.im[q] - bra.im[p] * other.re[q];
    }
    return [re, im];
  };

  test.each([
    ["one wire", [2], (k: number): ComplexMatrix => Rot.matrix([k, 0.3, 1])],
    ["two wires", [3, 1], (k: number): ComplexMatrix => CRot.matrix([k, 0.3, 1])],
    ["three wires", [2, 0, 3], (): ComplexMatrix => Toffoli.matrix([])],
  ])("takes its own matrix on %s", (_, wires, matrixOf) => {
    const wanted = load();
    wanted.forEach((state, lane) => {
      memory.setLaneMatrix(lane, matrixOf(lane));
      applyMatrix(matrixOf(lane), wires, state);
    });
    memory.apply(KET, wires, OWN_MATRIX);
    expectKet(wanted);
  });

  test("takes matrices that all share, diagonal ones and moves", () => {
    const wanted = load();
    memory.setMatrix(1, RZ.matrix([0.7]));
    memory.setMatrix(2, CRot.matrix([1, 2, 3]));
    memory.apply(KET, [1], 1, true);
    memory.apply(KET, [0, 3], 2);
    memory.move("cnot", KET, [3, 0]);
    memory.move("cnot", KET, [1, 2]);
    memory.move("cz", KET, [2, 0]);
    for (const state of wanted) {
      applyMatrix(RZ.matrix([0.7]), [1], state);
      applyMatrix(CRot.matrix([1, 2, 3]), [0, 3], state);
      applyMatrix(CNOT.matrix([]), [3, 0], state);
      applyMatrix(CNOT.matrix([]), [1, 2], state);
      applyMatrix(CZ.matrix([]), [2, 0], state);
    }
    expectKet(wanted);
  });

  test("has its overlaps with a kept state, and reduced densities", () => {
    const before = load();
    memory.keep(0);
    memory.setMatrix(2, CRot.matrix([1, 2, 3]));
    memory.apply(KET, [0, 3], 2);
    const after = before.map(({ numQubits, re, im }) => ({ numQubits, re: re.slice(), im: im.slice() }));
    for (const wires of [[1], [3, 1], [0, 2, 1]]) {
      after.forEach((state, lane) => {
        state.re.set(before[lane].re);
        state.im.set(before[lane].im);
        applyMatrix(CRot.matrix([1, 2, 3]), [0, 3], state);
      });
      memory.overlap(KET, keptSlot(0), wires);
      const dim = 2 ** wires.length;
      for (let lane = 0; lane < lanes; lane++)
        for (let e = 0; e < dim * dim; e++)
          overlapOf(after[lane], before[lane], wires, Math.floor(e / dim), e % dim).forEach((value, part) => {
            isNear(overlaps[(2 * e + part) * lanes + lane], value);
          });
    }
    memory.density(2);
    for (let lane = 0; lane < lanes; lane++) {
      // ρ01 = Σ ψ_0 conj ψ_1
      const [re, im] = overlapOf(after[lane], after[lane], [2], 1, 0);
      const wanted = [
        overlapOf(after[lane], after[lane], [2], 0, 0)[0],
        re,
        im,
        overlapOf(after[lane], after[lane], [2], 1, 1)[0],
      ];
      wanted.forEach((value, v) => {
        isNear(overlaps[v * lanes + lane], value);
      });
    }
  });

  test("has its expectation values and their adjoints", () => {
    const wanted = load();
    memory.expectDiagonals();
    for (const text of ["Z0", "Z3", "Z0 Z1 Z2", "Z1 Z3"])
      wanted.forEach((state, lane) => {
        const masks = pauliMasks(pauliWord(text), NUM_QUBITS);
        isNear(memory.words[masks.sign * lanes + lane], expectPauli(masks, state));
      });
    const words = ["X0 Z1", "Y2", "Y0 Y1 X3", "Z2 Y3", "Y0 Y1 Y2"].map((text) => pauliMasks(pauliWord(text), NUM_QUBITS));
    const factors = Array.from({ length: lanes }, (_, lane) => 0.5 + lane);
    const bras = wanted.map(({ re }) => createStatevector(Math.log2(re.length)));
    for (let x = 0; x < SIZE; x++) memory.diagonal[x] = x / SIZE;
    memory.weigh(factors);
    words.forEach((masks, k) => {
      memory.expectWord(masks);
      wanted.forEach((state, lane) => {
        const [re, im] = [overlaps[lane], overlaps[lanes + lane]];
        isNear([re, -im, -re, im][masks.numY % 4], expectPauli(masks, state));
        addPauli(factors[lane] * (k - 1.5), masks, state, bras[lane]);
      });
      memory.addWord(masks, k - 1.5, factors);
    });
    bras.forEach((bra, lane) => {
      for (let x = 0; x < SIZE; x++) {
        bra.re[x] += (factors[lane] * x * wanted[lane].re[x]) / SIZE;
        bra.im[x] += (factors[lane] * x * wanted[lane].im[x]) / SIZE;
      }
    });
    load();
    memory.overlap(BRA, KET, [0]);
    for (let lane = 0; lane < lanes; lane++)
      for (let e = 0; e < 4; e++)
        overlapOf(bras[lane], wanted[lane], [0], e >> 1, e & 1).forEach((value, part) => {
          isNear(overlaps[(2 * e + part) * lanes + lane], value);
        });
    memory.clearBra();
    memory.overlap(BRA, KET, [0]);
    expect([...overlaps.subarray(0, 8 * lanes)].every((value) => value === 0)).toBe(true);
  });

  test("begins where it is told to", () => {
    const amplitudes = Float64Array.from({ length: SIZE }, (_, x) => x - 3);
    memory.setStart(amplitudes);
    memory.reset();
    for (let x = 0; x < SIZE; x++) expect(ket[2 * x * lanes]).toBe(x - 3);
    memory.diagonal.fill(1);
    memory.weigh(Array.from({ length: lanes }, () => 0.5));
    const sum = new Float64Array(SIZE);
    memory.addBra(2, sum);
    expect([...sum]).toEqual([...amplitudes].map((value) => value * lanes));
    memory.setStart(undefined);
    memory.reset();
    expect([...ket.subarray(0, lanes)].every((value) => value === 1)).toBe(true);
    expect([...ket.subarray(lanes)].every((value) => value === 0)).toBe(true);
  });
});

test("states that do not fit are refused with the bytes needed", () => {
  const options = { numQubits: 20, precision: "float32", matrixDims: [], numKept: 100, memoryLimitBytes: 2 ** 30 } as const;
  expect(() => createTrajectoryMemory(options)).toThrow(
    /^\[trajectories\] 20 qubits need 34\d{8} bytes for the states of their trajectories; the limit is 1073741824\. Take fewer qubits or gates/,
  );
});
