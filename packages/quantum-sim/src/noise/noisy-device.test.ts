import { expect, test } from "vitest";
import { createCircuit } from "../circuit.ts";
import { checkDevice } from "../contracts/check-device.ts";
import { CNOT, H, RX, X } from "../gates/index.ts";
import { measureOnDevice } from "../hardware/device-runner.ts";
import { noiseModelFromCalibration } from "./calibrated-noise.ts";
import { depolarizing } from "./channels.ts";
import { compileNoisy } from "./compile-noisy.ts";
import { applyNoise } from "./noisy-circuit.ts";
import { createNoisyDevice, type DeviceNoise } from "./noisy-device.ts";
import { readoutError } from "./readout.ts";
import { sampleCalibration } from "./sample-calibration.ts";

const silent: DeviceNoise = (circuit) => applyNoise(circuit, { name: "none", after: () => [] });
const noisy: DeviceNoise = (circuit) =>
  applyNoise(circuit, {
    name: "model",
    after: ({ wires }) => [depolarizing(0.1, wires.length).on(wires)],
    readout: () => readoutError(0.1, 0.2),
  });
const calibrated = noiseModelFromCalibration(sampleCalibration());

test("keeps the contract of devices, with shots and with probabilities, transpiled too", async () => {
  await checkDevice(createNoisyDevice({ noise: silent }));
  await checkDevice(createNoisyDevice({ noise: silent }), { shots: undefined });
  await checkDevice(createNoisyDevice({ noise: calibrated.apply, seed: 3 }), { tolerance: 0.1 });
  await checkDevice(createNoisyDevice({ noise: calibrated.apply }), { shots: undefined, tolerance: 0.1 });
});

test("measures the values that the noise leaves", async () => {
  const circuit = createCircuit({
    numQubits: 3,
    operations: [X.on([2]), RX.on([0], { weight: 0 }), CNOT.on([0, 1]), H.on([2])],
    observables: ["Z0", "Z0 Z1", "Z2"],
  });
  const weights = [0.8];
  const wanted = compileNoisy(noisy(circuit), { precision: "float64" }).run({ inputs: [], weights });
  const exact = await measureOnDevice(createNoisyDevice({ noise: noisy }), circuit, { weights });
  const drawn = await measureOnDevice(createNoisyDevice({ noise: noisy, seed: 1 }), circuit, { weights, shots: 5000 });
  wanted.forEach((value, j) => {
    expect(exact[j]).toBeCloseTo(value, 12);
    expect(Math.abs(drawn[j] - value)).toBeLessThan(5 / Math.sqrt(5000));
  });
});

test("the same seed gives the same readings, the next task others", async () => {
  const task = { circuit: createCircuit({ numQubits: 2, operations: [H.on([0]), H.on([1])] }), shots: 50 };
  const [first, second] = await createNoisyDevice({ noise: noisy, seed: 5 }).read([task, task]);
  const [again] = await createNoisyDevice({ noise: noisy, seed: 5 }).read([task]);
  expect(again).toEqual(first);
  expect(second).not.toEqual(first);
  expect(() => createNoisyDevice({ noise: noisy, numQubits: 40 })).toThrow("numQubits must be an integer from 1 to 20; got 40.");
});
