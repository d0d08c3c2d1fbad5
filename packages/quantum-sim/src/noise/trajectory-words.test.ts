import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { pauliMasks } from "../observable.ts";
import { addPauli, createStatevector, expectPauli } from "../statevector.ts";
import { createNoisyCircuit } from "./noisy-circuit.ts";
import { readObservable, readoutError } from "./readout.ts";
import { BRA, createTrajectoryMemory, KET } from "./trajectory-memory.ts";
import { createTrajectoryWords } from "./trajectory-words.ts";

const noisy = createNoisyCircuit({
  numQubits: 3,
  operations: [],
  observables: ["Z0", "X1 Z2", "Y0 Y1", "Z1 Z2", "Y2"],
  readout: [readoutError(0.1, 0.2), undefined, readoutError(0.05)],
});
const memory = createTrajectoryMemory({
  numQubits: 3,
  precision: "float64",
  matrixDims: [],
  numKept: 0,
  memoryLimitBytes: 2 ** 24,
});
const state = createStatevector(3);
createRng(1).fillNormal(state.re);
createRng(2).fillNormal(state.im);
for (let x = 0; x < 8; x++) {
  memory.ket.fill(state.re[x], 4 * x, 4 * x + 2);
  memory.ket.fill(state.im[x], 4 * x + 2, 4 * x + 4);
}
const norm = state.re.reduce((sum, x, i) => sum + x * x + state.im[i] ** 2, 0);
const terms = noisy.circuit.observables.map((observable) =>
  readObservable(observable, noisy.readout).map(({ coefficient, word }) => ({ coefficient, masks: pauliMasks(word, 3) })),
);
const words = createTrajectoryWords(noisy);

test("values are those of the normalised state as read, summed over the lanes in use", () => {
  for (const numLanes of [1, 2]) {
    const out = new Float64Array(7);
    words.addValues(memory, numLanes, 0.25, out, 1);
    terms.forEach((sum, j) => {
      const value = sum.reduce((total, { coefficient, masks }) => total + (coefficient * expectPauli(masks, state)) / norm, 0);
      expect(out[1 + j]).toBeCloseTo(0.25 * numLanes * value, 13);
    });
    expect([out[0], out[6]]).toEqual([0, 0]);
  }
});

test("adjoints are those of the weighted sum, zero in lanes that are not in use", () => {
  const cotangent = [9, 0.3, -0.2, 0.7, 1.1, -0.6];
  words.setCotangent(memory, cotangent, 1);
  words.setAdjoint(memory, 1, 0.5);
  const wanted = createStatevector(3);
  terms.forEach((sum, j) => {
    for (const { coefficient, masks } of sum) addPauli((0.5 * coefficient * cotangent[1 + j]) / norm, masks, state, wanted);
  });
  // Σ conj(λ) ψ over the pairs of wire 0.
  memory.overlap(BRA, KET, [0]);
  for (let e = 0; e < 4; e++) {
    let [re, im] = [0, 0];
    for (let x = 0; x < 4; x++) {
      const [p, q] = [x + 4 * (e >> 1), x + 4 * (e & 1)];
      re += wanted.re[p] * state.re[q] + wanted.im[p] * state.im[q];
      im += wanted.re[p] * state.im[q] - wanted.im[p] * state.re[q];
    }
    expect(memory.overlaps[2 * e * 2]).toBeCloseTo(re, 13);
    expect(memory.overlaps[(2 * e + 1) * 2]).toBeCloseTo(im, 13);
    expect(Math.hypot(memory.overlaps[2 * e * 2 + 1], memory.overlaps[(2 * e + 1) * 2 + 1])).toBe(0);
  }
});
