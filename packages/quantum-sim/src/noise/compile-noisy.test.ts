import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { describe, expect, test } from "vitest";
import { buildCircuit } from "../build-circuit.ts";
import { createCircuit } from "../circuit.ts";
import { RX, RY } from "../gates/index.ts";
import { hamiltonian } from "../hamiltonian.ts";
import { quantumLayer } from "../quantum-layer.ts";
import { amplitudeDamping, bitFlip, depolarizing } from "./channels.ts";
import { compileNoisy, sampleNoisy } from "./compile-noisy.ts";
import { applyNoise, createNoisyCircuit } from "./noisy-circuit.ts";
import { readoutError } from "./readout.ts";

const noisyHybridq = (numQubits: number) =>
  applyNoise(buildCircuit("hybridq", { numQubits, numLayers: 2 }), {
    name: "device",
    after: ({ wires }) => [depolarizing(0.01, wires.length).on(wires), ...wires.map((wire) => amplitudeDamping(0.01).on([wire]))],
    readout: () => readoutError(0.02),
  });

describe("compileNoisy", () => {
  test("takes density matrices up to six qubits, trajectories beyond", () => {
    expect(compileNoisy(noisyHybridq(6)).method).toBe("density-matrix");
    expect(compileNoisy(noisyHybridq(7)).method).toBe("trajectories");
    expect(compileNoisy(noisyHybridq(3), { method: "trajectories" }).method).toBe("trajectories");
  });

  test("draws anew after reseed", () => {
    const run = compileNoisy(noisyHybridq(3), { method: "trajectories", trajectories: 8 });
    const at = { inputs: [1, 2, 3], weights: new Float32Array(18).fill(0.5) };
    const before = [...run.run(at)];
    expect([...run.run(at)]).toEqual(before);
    run.reseed(9);
    expect([...run.run(at)]).not.toEqual(before);
    expect(() => run.reseed(-1)).toThrow("[compileNoisy] seed must be an integer in [0, 2^53); got -1.");
  });

  test("measures Hamiltonians", () => {
    const noisy = createNoisyCircuit({
      numQubits: 1,
      operations: [RX.on([0], 0.4), bitFlip(0.1).on([0])],
      observables: [
        hamiltonian([
          [2, "Z0"],
          [1, "I"],
        ]),
      ],
    });
    for (const method of ["density-matrix", "trajectories"] as const) {
      const [value] = compileNoisy(noisy, { method, trajectories: 20_000, precision: "float64" }).run({
        inputs: [],
        weights: [],
      });
      expect(Math.abs(value - (2 * 0.8 * Math.cos(0.4) + 1))).toBeLessThan(method === "density-matrix" ? 1e-12 : 0.05);
    }
  });

  test("refuses what it cannot do", () => {
    const noisy = noisyHybridq(3);
    expect(() => compileNoisy(noisy, { method: "exact" as "trajectories" })).toThrow('[compileNoisy] no method "exact"');
    expect(() => compileNoisy(noisy, { trajectories: 0 })).toThrow("trajectories must be an integer ≥ 1; got 0.");
    expect(() => compileNoisy(noisy, { seed: 0.5 })).toThrow("seed must be an integer in [0, 2^53); got 0.5.");
    expect(() => compileNoisy(noisy, { precision: "float16" as "float32" })).toThrow('no precision "float16"');
    expect(() => compileNoisy(noisy, { shots: 3 } as object)).toThrow('unknown option "shots"');
    const large = compileNoisy(noisyHybridq(12), { memoryLimitBytes: 2 ** 20 });
    expect(() =>
      large.vjp({ inputs: new Float32Array(12), weights: new Float32Array(72), cotangent: new Float32Array(12) }),
    ).toThrow(/12 qubits need \d+ bytes for the states of their trajectories; the limit is 1048576\./);
  });
});

describe("noisy circuits train", () => {
  test("ten qubits by trajectories, through a tf layer", () => {
    const run = compileNoisy(noisyHybridq(10), { trajectories: 8 });
    const layer = quantumLayer(run);
    let weights = tf.tensor1d(createRng(3).fillUniform(new Float32Array(run.numWeights), -1, 1));
    const inputs = tf.tensor2d(createRng(4).fillUniform(new Float32Array(20), 0, 1), [2, 10]);
    const losses: number[] = [];
    for (let step = 0; step < 12; step++) {
      run.reseed(step);
      // The mean of all Z, to be made −1.
      const [value, next] = tf.tidy(() => {
        losses.push(tf.mean(layer(inputs, weights)).dataSync()[0]);
        const [, slope] = tf.grads((x, w) => layer(x as tf.Tensor2D, w))([inputs, weights], tf.fill([2, 10], 1 / 20));
        return [losses, tf.sub(weights, tf.mul(slope, 2)) as tf.Tensor1D] as const;
      });
      expect(value.every(Number.isFinite)).toBe(true);
      weights.dispose();
      weights = next;
    }
    expect(losses[11]).toBeLessThan(losses[0] - 0.3);
    tf.dispose([weights, inputs]);
  });
});

describe("sampleNoisy", () => {
  const noisy = createNoisyCircuit({
    numQubits: 2,
    operations: [RY.on([1], { weight: 0 })],
    readout: [readoutError(0.25), undefined],
  });

  test("counts bit strings, wire 0 first", () => {
    const counts = sampleNoisy(noisy, { shots: 4000, seed: 1, weights: [Math.PI] });
    expect(Object.keys(counts).sort()).toEqual(["01", "11"]);
    expect(Math.abs(counts["11"] / 4000 - 0.25)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / 4000));
    expect(sampleNoisy(noisy, { shots: 4000, seed: 1, weights: [Math.PI] })).toEqual(counts);
  });

  test("refuses wrong numbers", () => {
    expect(() => sampleNoisy(noisy, { shots: 0, seed: 1, weights: [1] })).toThrow(
      "[circuit] shots must be an integer ≥ 1; got 0.",
    );
    expect(() => sampleNoisy(noisy, { shots: 1, seed: 1 })).toThrow("weights must be [1], 1 values; got 0.");
    expect(() => sampleNoisy(createNoisyCircuit({ numQubits: 1, operations: [], name: "c" }), { shot: 1 } as never)).toThrow(
      'unknown option "shot"',
    );
  });
});

test("a circuit of many gates on a wire and none elsewhere runs", () => {
  const circuit = createCircuit({ numQubits: 2, operations: [RX.on([0], 0.1), RX.on([0], 0.2)] });
  const values = compileNoisy(applyNoise(circuit, { name: "none", after: () => [] }), {
    method: "trajectories",
    trajectories: 1,
  }).run({ inputs: [], weights: [] });
  expect(values[0]).toBeCloseTo(Math.cos(0.3), 6);
  expect(values[1]).toBe(1);
});
