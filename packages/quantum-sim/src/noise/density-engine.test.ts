import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { buildCircuit } from "../build-circuit.ts";
import type { Call } from "../executable.ts";
import { createGeneralEngine } from "../general-engine.ts";
import { everyChannel, everyChannelInputs, everyChannelWeights } from "./__fixtures__/every-channel.ts";
import { createDensityEngine } from "./density-engine.ts";
import { applyNoise, createNoisyCircuit, type NoisyCircuit } from "./noisy-circuit.ts";

const GIB = 2 ** 30;

function valuesAndSlopes(
  noisy: NoisyCircuit,
  call: Call,
  cotangent: ArrayLike<number>,
  engine = createDensityEngine(noisy, GIB),
) {
  const values = new Float64Array(call.batch * noisy.circuit.observables.length);
  engine.forward(call, values, false);
  const gradients = { inputs: new Float64Array(call.inputs.length), weights: new Float64Array(call.weights.length) };
  engine.backward(call, cotangent, gradients, undefined);
  return { values, ...gradients };
}

test("without channels it gives what states give, values and gradients, for a batch", () => {
  const circuit = buildCircuit("hybridq", { numQubits: 3, numLayers: 2, measure: "Y" });
  const rng = createRng(1);
  const call = { inputs: rng.fillNormal(new Float64Array(6)), weights: rng.fillNormal(new Float64Array(18)), batch: 2 };
  const cotangent = rng.fillNormal(new Float64Array(6));
  const noisy = applyNoise(circuit, { name: "none", after: () => [] });
  const found = valuesAndSlopes(noisy, call, cotangent);
  const wanted = valuesAndSlopes(noisy, call, cotangent, createGeneralEngine(circuit, 1, false));
  for (const key of ["values", "inputs", "weights"] as const)
    found[key].forEach((value, i) => {
      expect(value).toBeCloseTo(wanted[key][i], 13);
    });
});

test("gradients through every channel agree with central differences", () => {
  const cotangent = [0.5, -1, 0.7, 0.3];
  const loss = (inputs: readonly number[], weights: readonly number[]) =>
    valuesAndSlopes(everyChannel, { inputs, weights, batch: 1 }, cotangent).values.reduce(
      (sum, value, j) => sum + cotangent[j] * value,
      0,
    );
  const { inputs, weights } = valuesAndSlopes(
    everyChannel,
    { inputs: everyChannelInputs, weights: everyChannelWeights, batch: 1 },
    cotangent,
  );
  const moved = (values: readonly number[], k: number, h: number) => values.map((value, i) => (i === k ? value + h : value));
  weights.forEach((slope, k) => {
    const at = (h: number) => loss(everyChannelInputs, moved(everyChannelWeights, k, h));
    expect(slope).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 8);
  });
  const at = (h: number) => loss(moved(everyChannelInputs, 0, h), everyChannelWeights);
  expect(inputs[0]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 8);
});

test("what does not fit is refused with the bytes needed", () => {
  const wide = createNoisyCircuit({ numQubits: 12, operations: [] });
  expect(() => createDensityEngine(wide, 1e8)).toThrow(
    '[circuit] needs 134217728 bytes for 1 density matrix of 12 qubits; the limit is 100000000 and 13 qubits. Take method: "trajectories", or raise memoryLimitBytes.',
  );
});
