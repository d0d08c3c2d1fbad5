import { createRng } from "repro-kit";
import { describe, expect, test } from "vitest";
import { buildCircuit } from "../build-circuit.ts";
import type { Call, Precision } from "../executable.ts";
import { createGeneralEngine } from "../general-engine.ts";
import { everyChannel, everyChannelInputs, everyChannelWeights } from "./__fixtures__/every-channel.ts";
import { amplitudeDamping, depolarizing } from "./channels.ts";
import { createDensityEngine } from "./density-engine.ts";
import { densityProbabilities, simulateDensity } from "./density-matrix.ts";
import { applyNoise, type NoisyCircuit } from "./noisy-circuit.ts";
import { confuseProbabilities } from "./readout.ts";
import { createTrajectoryEngine } from "./trajectory-engine.ts";

const memoryLimitBytes = 2 ** 28;
const call: Call = { inputs: everyChannelInputs, weights: everyChannelWeights, batch: 1 };
const cotangent = [0.5, -1, 0.7, 0.3];

function valuesAndSlopes(
  noisy: NoisyCircuit,
  engine: ReturnType<typeof createDensityEngine>,
  given: Call,
  bar: ArrayLike<number>,
) {
  const values = new Float64Array(given.batch * noisy.circuit.observables.length);
  engine.forward(given, values, false);
  const gradients = { inputs: new Float64Array(given.inputs.length), weights: new Float64Array(given.weights.length) };
  engine.backward(given, bar, gradients, undefined);
  return [...values, ...gradients.weights, ...gradients.inputs];
}
const engineOf = (noisy: NoisyCircuit, trajectories: number, seed = 0, precision: Precision = "float64") =>
  createTrajectoryEngine(noisy, { precision, trajectories, seed: () => seed, memoryLimitBytes });

describe("trajectories of every channel", () => {
  test.each(["float32", "float64"] as const)(
    "agree with the density matrix within statistics, values and gradients (%s)",
    (precision) => {
      const exact = valuesAndSlopes(everyChannel, createDensityEngine(everyChannel, memoryLimitBytes), call, cotangent);
      let seed = 0;
      const engine = createTrajectoryEngine(everyChannel, { precision, trajectories: 500, seed: () => seed, memoryLimitBytes });
      const runs = Array.from({ length: 24 }, () => {
        seed++;
        return valuesAndSlopes(everyChannel, engine, call, cotangent);
      });
      exact.forEach((value, k) => {
        const mean = runs.reduce((sum, run) => sum + run[k], 0) / runs.length;
        const variance = runs.reduce((sum, run) => sum + (run[k] - mean) ** 2, 0) / (runs.length - 1);
        // Five standard errors of the mean of 24 runs.
        expect(Math.abs(mean - value)).toBeLessThan(5 * Math.sqrt(variance / runs.length) + 1e-6);
        // Some 12 000 trajectories of values in [−1, 1]: a spread beyond this would be no mean at all.
        expect(Math.sqrt(variance / runs.length)).toBeLessThan(0.06);
      });
    },
  );

  test("give readings whose frequencies are the diagonal as read", () => {
    const N = 20_000;
    const counts = new Float64Array(8);
    const options = { inputs: everyChannelInputs, weights: everyChannelWeights, shots: N };
    for (const index of engineOf(everyChannel, 1, 5, "float32").sample(options)) counts[index]++;
    const wanted = confuseProbabilities(
      densityProbabilities(simulateDensity(everyChannel, { inputs: everyChannelInputs, weights: everyChannelWeights })),
      everyChannel.readout,
    );
    wanted.forEach((p, x) => {
      expect(Math.abs(counts[x] / N - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / N));
    });
  });
});

const mixed = (circuit: ReturnType<typeof buildCircuit>, p: number): NoisyCircuit =>
  applyNoise(circuit, { name: "depolarizing", after: ({ wires }) => [depolarizing(p, wires.length).on(wires)] });

describe("trajectories of mixtures of unitaries", () => {
  const circuit = buildCircuit("hybridq", { numQubits: 4, numLayers: 2 });
  const rng = createRng(2);
  const at = { inputs: rng.fillNormal(new Float64Array(8)), weights: rng.fillNormal(new Float64Array(24)), batch: 2 };
  const bar = rng.fillNormal(new Float64Array(8));
  const noisy = mixed(circuit, 0.1);

  test("have the slope of their own mean, as the draws stay", () => {
    // 7 trajectories: not all lanes of the last group are in use.
    const engine = engineOf(noisy, 7);
    const slopes = valuesAndSlopes(noisy, engine, at, bar).slice(8);
    const loss = (parameters: Float64Array) => {
      const moved = { batch: 2, weights: parameters.slice(0, 24), inputs: parameters.slice(24) };
      return valuesAndSlopes(noisy, engine, moved, bar)
        .slice(0, 8)
        .reduce((sum, value, j) => sum + bar[j] * value, 0);
    };
    const here = Float64Array.of(...at.weights, ...at.inputs);
    slopes.forEach((slope, k) => {
      const moved = (h: number) => loss(here.map((value, i) => (i === k ? value + h : value)));
      expect(slope).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 8);
    });
  });

  test("of a sample do not depend on the batch, and follow the seed", () => {
    const values = (seed: number, inputs: Float64Array, batch: number) => {
      const out = new Float64Array(4 * batch);
      engineOf(noisy, 20, seed).forward({ inputs, weights: at.weights, batch }, out, false);
      return [...out];
    };
    expect(values(0, at.inputs.slice(0, 4), 1)).toEqual(values(0, at.inputs, 2).slice(0, 4));
    expect(values(0, at.inputs, 2)).toEqual(values(0, at.inputs, 2));
    expect(values(1, at.inputs, 2)).not.toEqual(values(0, at.inputs, 2));
  });

  test("without noise are the state, in both precisions", () => {
    const silent = mixed(circuit, 0);
    const wanted = valuesAndSlopes(silent, createGeneralEngine(circuit, 1, false), at, bar);
    for (const [precision, tolerance] of [
      ["float32", 3e-6],
      ["float64", 1e-12],
    ] as const)
      valuesAndSlopes(silent, engineOf(silent, 3, 0, precision), at, bar).forEach((value, i) => {
        expect(Math.abs(value - wanted[i])).toBeLessThan(tolerance);
      });
  });
});

test("states keep their size through hundreds of channels that look at them", () => {
  const circuit = buildCircuit("hybridq", { numQubits: 2, numLayers: 100 });
  const damped = applyNoise(circuit, {
    name: "damping",
    after: ({ wires }) => wires.map((wire) => amplitudeDamping(0.1).on([wire])),
  });
  const at = { inputs: [0.1, 0.2], weights: createRng(1).fillNormal(new Float64Array(circuit.numWeights)), batch: 1 };
  const exact = new Float64Array(2);
  createDensityEngine(damped, memoryLimitBytes).forward(at, exact, false);
  const found = new Float64Array(2);
  engineOf(damped, 1000, 0, "float32").forward(at, found, false);
  found.forEach((value, j) => {
    expect(Math.abs(value - exact[j])).toBeLessThan(5 / Math.sqrt(1000));
  });
});
