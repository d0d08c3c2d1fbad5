import { describe, expect, test } from "vitest";
import { buildCircuit } from "../build-circuit.ts";
import { createCircuit } from "../circuit.ts";
import { RX } from "../gates/index.ts";
import { hamiltonian } from "../hamiltonian.ts";
import { depolarizing } from "./channels.ts";
import { compileNoisy } from "./compile-noisy.ts";
import { applyNoise, type NoiseModel } from "./noisy-circuit.ts";
import { extrapolateNoise, extrapolateToZero } from "./zero-noise.ts";

const model = (p: number): NoiseModel => ({ name: "n", after: ({ wires }) => [depolarizing(p, wires.length).on(wires)] });
const none: NoiseModel = { name: "none", after: () => [] };

describe("extrapolateToZero", () => {
  test("is exact for values of its form", () => {
    const scales = [1, 1.5, 3, 4];
    expect(
      extrapolateToZero(
        scales,
        scales.map((x) => 0.7 - 0.2 * x),
        "linear",
      ),
    ).toBeCloseTo(0.7, 13);
    expect(
      extrapolateToZero(
        scales,
        scales.map((x) => 0.7 - 0.2 * x + 0.1 * x ** 3),
        "richardson",
      ),
    ).toBeCloseTo(0.7, 13);
    expect(
      extrapolateToZero(
        scales,
        scales.map((x) => -0.7 * Math.exp(-0.3 * x)),
        "exponential",
      ),
    ).toBeCloseTo(-0.7, 13);
  });

  test("refuses what gives no curve", () => {
    expect(() => extrapolateToZero([1], [0.5], "linear")).toThrow(
      "[extrapolateToZero] needs as many values as scales, at least 2; got 1 and 1.",
    );
    expect(() => extrapolateToZero([1, 1], [0.5, 0.4], "linear")).toThrow("scales must differ; got [1, 1].");
    expect(() => extrapolateToZero([1, 2], [0.5, -0.4], "exponential")).toThrow(
      "an exponential needs values of one sign; got [0.5, -0.4].",
    );
    expect(() => extrapolateToZero([1, 2], [0.5, 0.4], "cubic" as "linear")).toThrow('got "cubic"');
  });
});

describe("extrapolateNoise", () => {
  test("takes away most of the noise", () => {
    const circuit = buildCircuit("hybridq", { numQubits: 3, numLayers: 2 });
    const at = { inputs: [0.3, 0.8, 1.2], weights: Array.from({ length: 18 }, (_, k) => Math.sin(k)) };
    const valuesWith = (p: number) => (folded: typeof circuit) =>
      compileNoisy(applyNoise(folded, p > 0 ? model(p) : none), { precision: "float64" }).run(at);
    const ideal = valuesWith(0)(circuit);
    const raw = valuesWith(0.002)(circuit);
    extrapolateNoise(circuit, valuesWith(0.002)).forEach((value, j) => {
      expect(Math.abs(value - ideal[j])).toBeLessThan(0.05 * Math.abs(raw[j] - ideal[j]));
    });
  });

  test("takes the scale that folding reaches, and Hamiltonians", () => {
    // One gate: factor 2 cannot be reached, so the circuits have 1 and 3 gates, whatever is asked.
    const circuit = createCircuit({ numQubits: 1, operations: [RX.on([0], 0.3)], observables: [hamiltonian([[2, "Z0"]])] });
    const run = (folded: typeof circuit) =>
      compileNoisy(applyNoise(folded, model(0.01)), { precision: "float64" }).run({ inputs: [], weights: [] });
    const [value] = extrapolateNoise(circuit, run, { scales: [1, 2.1], method: "exponential" });
    expect(value).toBeCloseTo(2 * Math.cos(0.3), 12);
    const empty = createCircuit({ numQubits: 1, operations: [] });
    expect(() => extrapolateNoise(empty, run)).toThrow("[circuit] has no gates, and so no noise to extrapolate.");
    expect(() => extrapolateNoise(circuit, run, { scale: [1] } as object)).toThrow('unknown option "scale"');
  });
});
