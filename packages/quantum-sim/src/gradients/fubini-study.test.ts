import { expect, test } from "vitest";
import { buildCircuit } from "../build-circuit.ts";
import { createCircuit } from "../circuit.ts";
import { CNOT, RX, RY, RZ } from "../gates/index.ts";
import { simulate } from "../simulate.ts";
import { fubiniStudyMetric, parametrisedLayers } from "./fubini-study.ts";
import { naturalGradient } from "./natural-gradient.ts";

const bloch = createCircuit({
  name: "bloch",
  numQubits: 1,
  operations: [RY.on([0], { weight: 0 }), RZ.on([0], { weight: 1 })],
});

test("a qubit: the metric of the sphere of radius ½", () => {
  const theta = 0.8;
  const metric = fubiniStudyMetric(bloch, { weights: [theta, 2.1] });
  [0.25, 0, 0, Math.sin(theta) ** 2 / 4].forEach((value, i) => {
    expect(metric[i]).toBeCloseTo(value, 14);
  });
});

test("it measures how far states move apart: 1 − |⟨ψ(θ)|ψ(θ + δ)⟩|² = δᵀgδ + O(δ³)", () => {
  const circuit = buildCircuit("strongly-entangling-layers", { numQubits: 4, numLayers: 2 });
  const weights = Float64Array.from({ length: circuit.numWeights }, (_, i) => Math.sin(3 * i + 1));
  const direction = weights.map((_, i) => Math.cos(5 * i));
  const metric = fubiniStudyMetric(circuit, { weights });
  const n = weights.length;
  let squared = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) squared += direction[i] * metric[i * n + j] * direction[j];
  const step = 1e-3;
  const from = simulate(circuit, { weights: weights.map((x, i) => x - (step / 2) * direction[i]) });
  const to = simulate(circuit, { weights: weights.map((x, i) => x + (step / 2) * direction[i]) });
  let re = 0;
  let im = 0;
  for (let x = 0; x < from.re.length; x++) {
    re += from.re[x] * to.re[x] + from.im[x] * to.im[x];
    im += from.re[x] * to.im[x] - from.im[x] * to.re[x];
  }
  const infidelity = 1 - re * re - im * im;
  // Relative to δᵀgδ ≈ 1e-6: rounding 1e-16, and δ² of the next term.
  expect(infidelity / step ** 2 / squared).toBeCloseTo(1, 5);
});

test("layers are cut where a gate acts on what another has reached", () => {
  const circuit = createCircuit({
    numQubits: 3,
    operations: [
      RX.on([0], { weight: 0 }),
      RX.on([1], { weight: 1 }),
      CNOT.on([1, 2]),
      RX.on([2], { weight: 2 }),
      RY.on([0], { weight: 3 }),
      RZ.on([0], 0.3),
      RX.on([1], { input: 0 }),
      RZ.on([1], { weight: 4 }),
    ],
  });
  expect(parametrisedLayers(circuit).map((layer) => layer.length)).toEqual([3, 5]);
  const at = { weights: [0.1, 0.2, 0.3, 0.4, 0.5], inputs: [0.7] };
  const [full, block, diagonal] = (["full", "block-diagonal", "diagonal"] as const).map((approximation) =>
    fubiniStudyMetric(circuit, { ...at, approximation }),
  );
  const layerOf = [0, 0, 1, 1, 1];
  for (let i = 0; i < 5; i++)
    for (let j = 0; j < 5; j++) {
      expect(block[5 * i + j]).toBeCloseTo(layerOf[i] === layerOf[j] ? full[5 * i + j] : 0, 14);
      expect(diagonal[5 * i + j]).toBeCloseTo(i === j ? full[5 * i + j] : 0, 14);
    }
});

test("a natural step is the solved system, and goes straight down in the sphere's own measure", () => {
  const [learningRate, damping, theta] = [0.1, 1e-3, 0.3];
  const optimizer = naturalGradient(bloch, { learningRate, damping });
  // ⟨Z⟩ = cos θ.
  const gradient = [-Math.sin(theta), 0];
  const direction = optimizer.direction({ weights: [theta, 1], gradient });
  expect(direction[0]).toBeCloseTo(-Math.sin(theta) / (0.25 + damping), 12);
  expect(direction[1]).toBeCloseTo(0, 12);
  const next = optimizer.step({ weights: [theta, 1], gradient });
  expect(next[0]).toBeCloseTo(theta + (learningRate * Math.sin(theta)) / (0.25 + damping), 12);
});

test("with inputs the metric is the mean over the batch", () => {
  const circuit = buildCircuit("basic-entangler-layers", { numQubits: 2, numLayers: 2, embedding: "angle-ry" });
  const weights = [0.3, 0.4, 0.5, 0.6];
  const gradient = [1, -1, 0.5, 2];
  const inputs = [0.1, 0.9, -0.5, 1.2];
  const damping = 0.01;
  const solved = naturalGradient(circuit, { approximation: "full", damping }).direction({ weights, gradient, inputs });
  const metrics = [inputs.slice(0, 2), inputs.slice(2)].map((own) => fubiniStudyMetric(circuit, { weights, inputs: own }));
  for (let r = 0; r < 4; r++) {
    let sum = damping * solved[r];
    for (let c = 0; c < 4; c++) sum += ((metrics[0][4 * r + c] + metrics[1][4 * r + c]) / 2) * solved[c];
    expect(sum).toBeCloseTo(gradient[r], 10);
  }
});

test("bad input is refused", () => {
  const wide = buildCircuit("hybridq", { numQubits: 12, numLayers: 2 });
  const at = { weights: new Float64Array(72), inputs: new Float64Array(12) };
  expect(() => fubiniStudyMetric(wide, { ...at, memoryLimitBytes: 2 ** 20 })).toThrow(
    'the derivatives of 12 qubits by 17 weights need over 1114112 bytes; the limit is 1048576. Take "block-diagonal"',
  );
  expect(() => naturalGradient(bloch).step({ weights: [0, Number.NaN], gradient: [0, 0] })).toThrow(
    "[bloch] weights must be finite; got NaN at index 1.",
  );
  expect(() => naturalGradient(bloch).step({ weights: [0, 0], gradient: [0] })).toThrow(
    "[bloch] gradient must be [2], 2 values; got 1.",
  );
  expect(() => naturalGradient(bloch, { damping: 0 })).toThrow("[naturalGradient] damping must be a number above 0; got 0.");
});
