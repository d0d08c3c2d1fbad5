import { createRng } from "repro-kit";
import { describe, expect, test } from "vitest";
import { buildCircuit } from "../build-circuit.ts";
import { createCircuit } from "../circuit.ts";
import { CNOT, CZ, H, RX, RZ, SX, SXdg, X } from "../gates/index.ts";
import { createStatevector } from "../statevector.ts";
import { depolarisingRest, noiseModelFromCalibration } from "./calibrated-noise.ts";
import type { ChannelOperation } from "./channel.ts";
import { compileNoisy } from "./compile-noisy.ts";
import { createDensitySteps } from "./density-steps.ts";
import { applyNoise } from "./noisy-circuit.ts";
import { sampleCalibration } from "./sample-calibration.ts";
import { extrapolateNoise } from "./zero-noise.ts";

const noise = noiseModelFromCalibration(sampleCalibration());
const { calibration } = noise;

/** 1 − (d·F + 1)/(d + 1) with F = tr(S)/d² of the channels' superoperator S. */
function averageError(channels: readonly ChannelOperation[], numQubits: number): number {
  const steps = createDensitySteps(numQubits, channels);
  const at = { weights: [], weightOffset: 0, inputs: [], inputOffset: 0 };
  const d = 2 ** numQubits;
  let trace = 0;
  for (let entry = 0; entry < d * d; entry++) {
    const rho = createStatevector(2 * numQubits);
    rho.re[entry] = 1;
    for (const channel of channels) steps.apply(channel, at, rho);
    trace += rho.re[entry];
  }
  return 1 - (trace / d + 1) / (d + 1);
}

describe("the noise of a gate", () => {
  test.each([0, 3, 64, 126])("SX on qubit %s has the calibrated error", (qubit) => {
    const gate = calibration.gates.find((one) => one.gate === "sx" && one.qubits[0] === qubit);
    const channels = [...noise.model([qubit]).after(SX.on([0]))];
    expect(channels.map(({ channel }) => channel.name)).toEqual(["depolarizing", "thermalRelaxation"]);
    expect(averageError(channels, 1)).toBeCloseTo(gate?.error ?? Number.NaN, 12);
    expect([...noise.model([qubit]).after(SXdg.on([0]))].length).toBe(2);
  });

  test("ECR has the calibrated error, in its direction only", () => {
    const ecr = calibration.gates.filter(({ gate }) => gate === "ecr");
    const ecrOn = (wires: readonly number[]) => ({ gate: { ...CNOT, name: "ECR" }, wires, angles: [] });
    for (const { qubits, error } of ecr.slice(0, 5)) {
      const channels = [...noise.model(qubits).after(ecrOn([0, 1]))];
      expect(channels.map(({ wires }) => wires)).toEqual([[0, 1], [0], [1]]);
      expect(averageError(channels, 2)).toBeCloseTo(error, 12);
      expect(() => [...noise.model(qubits).after(ecrOn([1, 0]))]).toThrow(
        `[sample_heavy_hexagon_127] has no gate "ecr" on [${[...qubits].reverse().join(", ")}]. Transpile the circuit for this device first.`,
      );
    }
  });

  test("CZ is found in either order", () => {
    const json = structuredClone(sampleCalibration()) as { gates: { gate: string; qubits: number[] }[] }; // the format's fields
    for (const one of json.gates) if (one.gate === "ecr") one.gate = "cz";
    const { qubits } = json.gates[json.gates.length - 1];
    const found = noiseModelFromCalibration(json);
    const forth = [...found.model(qubits).after(CZ.on([0, 1]))];
    const back = [...found.model(qubits).after(CZ.on([1, 0]))];
    expect(back.map(({ wires }) => wires)).toEqual(forth.map(({ wires }) => wires));
    expect(back.map(({ channel }) => channel)).toEqual(forth.map(({ channel }) => channel));
  });

  test("RZ is free, what is no gate of the device is refused", () => {
    expect([...noise.model([0]).after(RZ.on([0], 1))]).toEqual([]);
    expect(() => [...noise.model([0]).after(RX.on([0], 1))]).toThrow("[sample_heavy_hexagon_127] has no gate RX;");
    expect(() => noise.model([127])).toThrow("has qubits 0 to 126; got 127 among physicalQubits.");
  });

  test("relaxation alone may be more than the error", () => {
    expect(depolarisingRest(1e-6, 0.99, 1)).toBe(0);
    expect(depolarisingRest(0.01, 1, 1)).toBeCloseTo(0.015, 14);
    expect(depolarisingRest(1, 0.99, 2)).toBeLessThanOrEqual(1);
  });
});

describe("a calibrated device", () => {
  test("takes a trainable circuit of ten qubits: transpiled, noisy gate by gate, with gradients", () => {
    const circuit = buildCircuit("hybridq", { numQubits: 10, numLayers: 2 });
    const noisy = noise.apply(circuit);
    const { transpiled } = noisy;
    expect(transpiled.circuit.operations.every(({ gate }) => ["RZ", "SX", "X", "ECR"].includes(gate.name))).toBe(true);
    expect(noisy.steps.length).toBeGreaterThan(2 * transpiled.circuit.operations.filter(({ gate }) => gate.name !== "RZ").length);
    transpiled.physicalQubits.forEach((qubit, wire) => {
      expect(noisy.readout[wire]).toEqual(calibration.qubits[qubit].readout);
    });
    const rng = createRng(1);
    const at = { inputs: rng.fillUniform(new Float64Array(10)), weights: rng.fillNormal(new Float64Array(60)) };
    const run = compileNoisy(noisy, { trajectories: 16 });
    const gradients = run.vjp({ ...at, cotangent: new Float64Array(10).fill(1) });
    expect(gradients.weights.every(Number.isFinite)).toBe(true);
    expect(gradients.weights.some((slope) => Math.abs(slope) > 0.01)).toBe(true);
  });

  test("shrinks values as its errors say, and zero-noise extrapolation brings them back", () => {
    const circuit = createCircuit({
      numQubits: 3,
      operations: [H.on([0]), CNOT.on([0, 1]), CNOT.on([1, 2]), X.on([0])],
      observables: ["Z0 Z1", "X0 X1 X2"],
    });
    const { transpiled } = noise.apply(circuit);
    const noModel = { name: "none", after: () => [] };
    const at = { inputs: [], weights: [] };
    const ideal = compileNoisy(applyNoise(transpiled.circuit, noModel), { precision: "float64" }).run(at);
    expect([...ideal]).toEqual([expect.closeTo(-1, 12), expect.closeTo(1, 12)]);
    const gatesOnly = { ...noise.model(transpiled.physicalQubits), readout: () => undefined };
    const run = (folded: typeof circuit) =>
      compileNoisy(applyNoise(folded, gatesOnly), { precision: "float64", method: "density-matrix" }).run(at);
    const raw = run(transpiled.circuit);
    raw.forEach((value, j) => {
      expect(Math.abs(value)).toBeLessThan(0.999);
      expect(Math.abs(value)).toBeGreaterThan(0.9);
      expect(Math.sign(value)).toBe(Math.sign(ideal[j]));
    });
    // Relaxation does not commute with the gates, so folding does not scale it exactly.
    extrapolateNoise(transpiled.circuit, run).forEach((value, j) => {
      expect(Math.abs(value - ideal[j])).toBeLessThan(0.3 * Math.abs(raw[j] - ideal[j]));
    });
  });
});
