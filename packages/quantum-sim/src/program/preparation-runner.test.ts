import { createRng } from "repro-kit";
import { describe, expect, test } from "vitest";
import { type Circuit, createCircuit } from "../circuit.ts";
import { createExecutable, type FloatArray } from "../executable.ts";
import { CNOT, CRX, H, IsingZZ, RX, RY, RZ, SWAP, statePreparation } from "../gates/index.ts";
import { createGeneralEngine } from "../general-engine.ts";
import { simulatePlainly } from "../simulate.ts";
import { circuitState } from "./circuit-state.ts";
import { explain } from "./explain.ts";
import { createProgramEngine } from "./program-engine.ts";

/** Rounding of a few dozen gates; slopes by features are divided by their norm, about 3 here. */
const TOLERANCE = { float32: 5e-6, float64: 1e-12 };

const LAYOUTS = [
  { precision: "float64", byLane: false },
  { precision: "float32", byLane: false },
  { precision: "float32", byLane: true },
] as const;

const features = (count: number, first = 0) => Array.from({ length: count }, (_, k) => ({ input: first + k }));

/** Phases right after the preparation, which no basis state would see; turns; moves; another wire turned before. */
const CIRCUITS: readonly Circuit[] = [
  createCircuit({
    name: "all wires",
    numQubits: 4,
    operations: [
      statePreparation(4).on([2, 0, 3, 1], ...features(16)),
      IsingZZ.on([0, 2], { weight: 0 }),
      RZ.on([1], { input: 3 }),
      CNOT.on([0, 3]),
      RX.on([1], { weight: 1 }),
      SWAP.on([0, 1]),
      CRX.on([3, 2], { weight: 2 }),
      RY.on([0], { weight: 0 }),
    ],
    observables: ["X0 Y1", "Z2", "Y3 Z0"],
  }),
  createCircuit({
    name: "some wires, padded, scaled",
    numQubits: 4,
    operations: [
      RY.on([0], { weight: 0 }),
      statePreparation(2).on([3, 1], { input: 0, scale: -2, shift: 0.5 }, { input: 1 }, { weight: 1 }, 0),
      CNOT.on([0, 1]),
      RX.on([3], { weight: 2 }),
      RX.on([2], { input: 2 }),
    ],
    observables: ["Z0", "Z1", "X2", "X3 Z1"],
  }),
  createCircuit({
    name: "by weights",
    numQubits: 3,
    operations: [
      statePreparation(2).on([0, 2], ...Array.from({ length: 4 }, (_, weight) => ({ weight }))),
      H.on([1]),
      IsingZZ.on([0, 1], { input: 0 }),
      RY.on([1], { weight: 1 }),
    ],
  }),
];

const gap = (ours: FloatArray, theirs: FloatArray) =>
  [...ours].reduce((most, value, i) => Math.max(most, Math.abs(value - theirs[i])), 0);

describe.each(LAYOUTS)("$precision, amplitudes in the lanes: $byLane", ({ precision, byLane }) => {
  test.each(CIRCUITS)("values and slopes are those of the matrix: $name", (circuit) => {
    for (const memoryLimitBytes of [2 ** 30, 2 ** 16]) {
      const engine = createProgramEngine(circuit, { count: 2, sharedInputs: false, precision, byLane, memoryLimitBytes });
      const shape = { circuit, count: 2, sharedInputs: false } as const;
      const fast = createExecutable({ ...shape, precision, path: "program" }, engine);
      const slow = createExecutable({ ...shape, precision: "float64", path: "general" }, createGeneralEngine(circuit, 2, false));
      const rng = createRng(5);
      const batch = 3;
      const inputs = rng.fillUniform(new Float64Array(batch * fast.numInputs), -1, 1).map(Math.fround);
      const weights = rng.fillUniform(new Float64Array(fast.numWeights), 0.5, 2).map(Math.fround);
      const cotangent = rng.fillNormal(new Float64Array(batch * fast.numOutputs)).map(Math.fround);
      const call = { inputs, weights, batch };
      const wanted = slow.vjp({ ...call, cotangent });
      const recording = fast.record(call);
      expect(gap(recording.outputs, slow.run(call))).toBeLessThan(TOLERANCE[precision]);
      for (const slopes of [recording.vjp(cotangent), fast.vjp({ ...call, cotangent })]) {
        expect(gap(slopes.inputs, wanted.inputs)).toBeLessThan(TOLERANCE[precision]);
        expect(gap(slopes.weights, wanted.weights)).toBeLessThan(TOLERANCE[precision]);
      }
    }
  });
});

test("the state, with its global phase", () => {
  for (const circuit of CIRCUITS) {
    const inputs = Array.from({ length: circuit.numInputs }, (_, i) => Math.cos(i + 1));
    const weights = Array.from({ length: circuit.numWeights }, (_, i) => Math.sin(i + 1));
    const state = circuitState(circuit, { inputs, weights });
    const plain = simulatePlainly(circuit, { inputs, weights });
    expect(gap(state.re, plain.re)).toBeLessThan(TOLERANCE.float64);
    expect(gap(state.im, plain.im)).toBeLessThan(TOLERANCE.float64);
  }
});

test("is told by explain; a second one, or one after other gates, is a matrix", () => {
  expect(explain(CIRCUITS[0])).toContain("state preparation 16 amplitudes (16 by inputs)");
  const late = createCircuit({
    numQubits: 2,
    operations: [RX.on([0], { weight: 0 }), statePreparation(1).on([0], { input: 0 }, 1)],
  });
  expect(explain(late)).not.toContain("state preparation");
  const engine = createProgramEngine(late, {
    ...{ count: 1, sharedInputs: false, precision: "float64", memoryLimitBytes: 2 ** 24, byLane: false },
  });
  const fast = createExecutable({ circuit: late, count: 1, sharedInputs: false, precision: "float64", path: "program" }, engine);
  const call = { inputs: [0.4], weights: [0.3] };
  const plain = simulatePlainly(late, call);
  const z0 = plain.re[0] ** 2 + plain.im[0] ** 2 + plain.re[1] ** 2 + plain.im[1] ** 2;
  expect(fast.run(call)[0]).toBeCloseTo(2 * z0 - 1, 12);
});

test("features that are all zero make no state", () => {
  const circuit = createCircuit({ numQubits: 1, operations: [statePreparation(1).on([0], ...features(2))] });
  expect(() => circuitState(circuit, { inputs: [0, 0], weights: [] })).toThrow("not all zero; got zeros only");
});
