import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { buildCircuit } from "../build-circuit.ts";
import type { Circuit } from "../circuit.ts";
import { parameterShift } from "../gradients/parameter-shift.ts";
import { noiseModelFromCalibration } from "./calibrated-noise.ts";
import { amplitudeDamping, depolarizing } from "./channels.ts";
import { compileNoisy } from "./compile-noisy.ts";
import { applyNoise } from "./noisy-circuit.ts";
import { noisyRunner } from "./noisy-runner.ts";
import { sampleCalibration } from "./sample-calibration.ts";

const circuit = buildCircuit("strongly-entangling-layers", { numQubits: 3, numLayers: 2, embedding: "angle-ry" });
const rng = createRng(6);
const at = {
  inputs: rng.fillUniform(new Float64Array(3)),
  weights: rng.fillUniform(new Float64Array(circuit.numWeights), -2, 2),
};
const device = noiseModelFromCalibration(sampleCalibration());
const noises: readonly (readonly [string, (given: Circuit) => ReturnType<typeof applyNoise>])[] = [
  [
    "a model's",
    (given) =>
      applyNoise(given, {
        name: "model",
        after: ({ wires }) => [depolarizing(0.05, wires.length).on(wires), amplitudeDamping(0.1).on([wires[0]])],
      }),
  ],
  ["a calibrated device's", (given) => device.apply(given, { layout: [3, 4, 5] })],
];

test.each(noises)("parameter shifts of %s noisy values are the adjoint's slopes", (_, toNoisy) => {
  const options = { method: "density-matrix", precision: "float64" } as const;
  const shifted = parameterShift(circuit, { ...at, runner: noisyRunner(toNoisy, options) });
  const exact = compileNoisy(toNoisy(circuit), options);
  circuit.observables.forEach((_, j) => {
    const cotangent = circuit.observables.map((_, k) => (k === j ? 1 : 0));
    const gradients = exact.vjp({ ...at, cotangent });
    gradients.weights.forEach((slope, k) => {
      expect(shifted.weights[j * circuit.numWeights + k]).toBeCloseTo(slope, 10);
    });
    gradients.inputs.forEach((slope, k) => {
      expect(shifted.inputs[j * circuit.numInputs + k]).toBeCloseTo(slope, 10);
    });
  });
});
