import * as tf from "@tensorflow/tfjs-core";
import type { Ansatz } from "quantum-sim";
import { CNOT, RY } from "quantum-sim";
import { createRng } from "repro-kit";
import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { initParams } from "../parameter-spec.ts";
import { type HybridQOptions, resolveHybridQOptions } from "./options.ts";
import { quantumGroup } from "./quantum-group.ts";

beforeAll(() => ready({ backend: "cpu" }));

const groupOf = (options: HybridQOptions = {}) => quantumGroup(resolveHybridQOptions("hybridq", options));

test("the default is ten circuits of ten qubits, 1800 weights, 100 features in and 100 numbers out", () => {
  const group = groupOf();
  expect(group).toMatchObject({ inputSize: 100, outputSize: 100 });
  expect(group.parameters).toMatchObject([{ name: "quantum.weights", shape: [10, 180] }]);
  expect(group.circuit.operations.length).toBe(10 + 6 * (30 + 9));
});

/** One qubit, RY(x) then RX(a) RY(b) RZ(c): ⟨Z⟩ of a rotated Bloch vector, in closed form. */
test("one qubit and one layer give the closed form of the Bloch vector", () => {
  const group = groupOf({ numQubits: 1, numSubGenerators: 2, numLayers: 1 });
  const [angles, weights] = [
    [0.3, 1.1],
    [0.5, -0.4, 2, 1.2, 0.7, 0.1],
  ];
  const out = group.apply({ "quantum.weights": tf.tensor2d(weights, [2, 3]) }, tf.tensor2d(angles, [1, 2])).dataSync();
  [0, 1].forEach((i) => {
    const [a, b] = weights.slice(3 * i);
    const [x, y, z] = [Math.sin(angles[i]), 0, Math.cos(angles[i])];
    const zAfterX = Math.sin(a) * y + Math.cos(a) * z; // RX turns (y, z)
    const expected = Math.cos(b) * zAfterX - Math.sin(b) * x; // RY turns (z, x); RZ leaves z
    expect(Math.abs(out[i] - expected)).toBeLessThan(1e-6); // float32, values of order one
  });
});

test("its gradient agrees with central differences, and the time is counted", () => {
  const group = groupOf({
    numQubits: 2,
    numSubGenerators: 2,
    numLayers: 2,
    entangler: "CZ",
    rotations: ["RY", "RZ"],
    measure: "X",
  });
  const params = initParams(group.parameters, createRng(1));
  const weights = params["quantum.weights"];
  const angles = tf.tensor2d([[0.2, 0.9, 1.7, 2.5]]);
  const loss = (w: tf.Tensor): tf.Scalar => tf.sum(tf.mul(group.apply({ "quantum.weights": w }, angles), [1, 2, -1, 0.5]));
  const before = tf.memory().numTensors;
  const grad = tf.grad(loss)(weights);
  expect(tf.memory().numTensors).toBe(before + 1);
  const values = Float64Array.from(weights.dataSync());
  const h = 1e-2;
  const at = (k: number, shift: number) =>
    loss(
      tf.tensor(
        Float32Array.from(values, (v, i) => (i === k ? v + shift : v)),
        weights.shape,
      ),
    ).dataSync()[0];
  // Trigonometric polynomials of degree one a weight: the h²/6 term and float32 rounding over h bound the error by 1e-4.
  grad.dataSync().forEach((g, k) => {
    expect(Math.abs(g - (at(k, h) - at(k, -h)) / (2 * h))).toBeLessThan(3e-4);
  });
  expect(group.takeMs()).toBeGreaterThan(0);
  expect(group.takeMs()).toBe(0);
});

test("an ansatz of one's own can be handed in", () => {
  const own: Ansatz = {
    name: "own",
    source: "this test",
    weightShape: ({ numLayers, numQubits }) => [numLayers, numQubits],
    *operations({ numLayers, numQubits }, { weight }) {
      for (let layer = 0; layer < numLayers; layer++) {
        for (let q = 0; q < numQubits; q++) yield RY.on([q], weight(layer, q));
        for (let q = 0; q < numQubits; q++) yield CNOT.on([q, (q + 1) % numQubits]);
      }
    },
  };
  const group = groupOf({ ansatz: own, numQubits: 3, numSubGenerators: 2, numLayers: 2 });
  expect(group.parameters[0].shape).toEqual([2, 6]);
  expect(groupOf({ ansatz: "strongly-entangling-layers", numQubits: 3, numLayers: 2 }).parameters[0].shape).toEqual([10, 18]);
});
