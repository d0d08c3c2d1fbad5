import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { buildCircuit } from "../build-circuit.ts";
import { createCircuit } from "../circuit.ts";
import { compile } from "../compile.ts";
import { randomCircuit } from "../decompose/__fixtures__/random-circuit.ts";
import { parameterShift, parameterShiftAsync, parameterShiftPlan } from "../gradients/parameter-shift.ts";
import { hamiltonian } from "../hamiltonian.ts";
import { deviceRunner, estimateOnDevice, measureOnDevice } from "./device-runner.ts";
import { createSimulatorDevice } from "./simulator-device.ts";

const observables = [
  "X0 Y1",
  "Z2",
  "X0",
  "Y0 Z3",
  hamiltonian([
    [0.5, "X1 X2"],
    [-2, "I"],
    [0.25, "Z0 Z1 Z2 Z3"],
  ]),
];

test("words in all bases and Hamiltonians are those of the simulator", async () => {
  const { circuit, weights } = randomCircuit({ seed: 4, numGates: 50, isFree: true });
  const measured = createCircuit({ ...only(circuit), observables });
  const exact = compile(measured, { precision: "float64" }).run({ inputs: [], weights });
  const outputs = await measureOnDevice(createSimulatorDevice(), measured, { weights });
  outputs.forEach((value, j) => {
    expect(value).toBeCloseTo(exact[j], 11);
  });
  const shots = 20_000;
  const drawn = await measureOnDevice(createSimulatorDevice({ seed: 1 }), measured, { weights, shots });
  drawn.forEach((value, j) => {
    // Five standard errors; the coefficients of the Hamiltonian add up to 0.75.
    expect(Math.abs(value - exact[j])).toBeLessThan(5 / Math.sqrt(shots));
  });
});

/** What `createCircuit` takes of a circuit. */
const only = ({ name, numQubits, operations, numInputs, weightShape }: ReturnType<typeof createCircuit>) => ({
  name,
  numQubits,
  operations,
  numInputs,
  weightShape,
});

test("a batch of inputs is one submission, in order", async () => {
  const circuit = buildCircuit("mosaiq", { numQubits: 3, numLayers: 2 });
  const rng = createRng(1);
  const inputs = rng.fillNormal(new Float64Array(6));
  const weights = rng.fillNormal(new Float64Array(circuit.numWeights));
  const exact = compile(circuit, { precision: "float64" }).run({ inputs, weights });
  const outputs = await measureOnDevice(createSimulatorDevice(), circuit, { inputs, weights });
  outputs.forEach((value, j) => {
    expect(value).toBeCloseTo(exact[j], 12);
  });
});

test("gradients by parameter shift run on a device, and their shots are told beforehand", async () => {
  const circuit = buildCircuit("hybridq", { numQubits: 2, numLayers: 1 });
  const weights = createRng(2).fillNormal(new Float64Array(circuit.numWeights));
  const at = { inputs: [0.3, -0.7], weights };
  const device = createSimulatorDevice({ seed: 5 });
  const exact = parameterShift(circuit, at);
  const onDevice = await parameterShiftAsync(circuit, { ...at, runner: deviceRunner(device) });
  onDevice.weights.forEach((value, k) => {
    expect(value).toBeCloseTo(exact.weights[k], 11);
  });
  const plan = parameterShiftPlan(circuit, at);
  const estimate = estimateOnDevice(device, plan.circuit, { inputs: plan.settings(0, plan.numSettings), shots: 100 });
  expect(estimate.numShots).toBe(100 * plan.numSettings);
  expect(estimate.sentence).toBe(`${plan.numSettings} circuits with ${100 * plan.numSettings} shots in 1 job on simulator.`);
});

test("a call beyond the limits is refused before anything is sent", async () => {
  const circuit = buildCircuit("mosaiq", { numQubits: 2, numLayers: 1 });
  const at = { inputs: [0, 0], weights: [0, 0], shots: 500 };
  await expect(measureOnDevice(createSimulatorDevice(), circuit, { ...at, limits: { shots: 499 } })).rejects.toThrow(
    "[simulator] the limit is 499 shots, and nothing was sent; this takes 1 circuit with 500 shots in 1 job on simulator.",
  );
  await expect(measureOnDevice(createSimulatorDevice(), circuit, { ...at, inputs: [0, 0, 0] })).rejects.toThrow(
    "[mosaiq] inputs must be [batch, 2] with batch ≥ 1; got 3 values.",
  );
});
