import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { buildCircuit } from "../build-circuit.ts";
import type { Engine } from "../executable.ts";
import { CNOT, RY, statePreparation } from "../gates/index.ts";
import { createGeneralEngine } from "../general-engine.ts";
import { simulate } from "../simulate.ts";
import { bitFlip, depolarizing } from "./channels.ts";
import { createDensityEngine } from "./density-engine.ts";
import { densityProbabilities, simulateDensity } from "./density-matrix.ts";
import { applyNoise, createNoisyCircuit, type NoisyCircuit } from "./noisy-circuit.ts";
import { takeStart } from "./start-state.ts";
import { createTrajectoryEngine } from "./trajectory-engine.ts";

const memoryLimitBytes = 2 ** 28;
const circuit = buildCircuit("hybridq", { numQubits: 4, numLayers: 1, embedding: "amplitude", measure: "X" });
const rng = createRng(3);
const call = { inputs: rng.fillNormal(new Float64Array(32)), weights: rng.fillNormal(new Float64Array(12)), batch: 2 };
const cotangent = rng.fillNormal(new Float64Array(8));

function valuesAndSlopes(engine: Engine): number[] {
  const values = new Float64Array(8);
  engine.forward(call, values, false);
  const gradients = { inputs: new Float64Array(32), weights: new Float64Array(12) };
  engine.backward(call, cotangent, gradients, undefined);
  return [...values, ...gradients.weights, ...gradients.inputs];
}
const trajectoriesOf = (noisy: NoisyCircuit) =>
  createTrajectoryEngine(noisy, { precision: "float64", trajectories: 9, seed: () => 0, memoryLimitBytes });

test("amplitude embedding on four qubits: without noise both engines are the plain path, gradients by features too", () => {
  const silent = applyNoise(circuit, { name: "none", after: () => [] });
  const wanted = valuesAndSlopes(createGeneralEngine(circuit, 1, false));
  for (const engine of [createDensityEngine(silent, memoryLimitBytes), trajectoriesOf(silent)])
    valuesAndSlopes(engine).forEach((value, k) => {
      expect(value).toBeCloseTo(wanted[k], 12);
    });
});

test("with noise the engines agree where every trajectory is the same", () => {
  // A flip that always happens is noise without chance.
  const noisy = applyNoise(circuit, { name: "flips", after: ({ wires }) => (wires.length === 1 ? [bitFlip(1).on(wires)] : []) });
  const wanted = valuesAndSlopes(createDensityEngine(noisy, memoryLimitBytes));
  valuesAndSlopes(trajectoriesOf(noisy)).forEach((value, k) => {
    expect(value).toBeCloseTo(wanted[k], 12);
  });
});

test("only the first operation is a start; wires in any order", () => {
  const prepare = statePreparation(2).on([2, 0], 0.1, 0.2, { weight: 0 }, 0.4);
  const operations = [prepare, RY.on([1], 0.3), CNOT.on([0, 1]), depolarizing(0).on([0])];
  const noisy = createNoisyCircuit({ numQubits: 3, operations });
  expect(takeStart(3, operations).rest.length).toBe(3);
  expect(takeStart(3, operations.slice(1)).rest.length).toBe(3);
  const psi = simulate(noisy.circuit, { weights: [0.7] });
  densityProbabilities(simulateDensity(noisy, { weights: [0.7] })).forEach((p, x) => {
    expect(p).toBeCloseTo(psi.re[x] ** 2 + psi.im[x] ** 2, 13);
  });
});
