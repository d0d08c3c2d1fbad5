import { describe, expect, test } from "vitest";
import { createCircuit } from "../circuit.ts";
import { CNOT, H, RX, RY, RZ } from "../gates/index.ts";
import { simulate } from "../simulate.ts";
import { everyChannel, everyChannelInputs, everyChannelWeights } from "./__fixtures__/every-channel.ts";
import { pauliChannel } from "./channel.ts";
import { densityProbabilities, postSelectDensity, simulateDensity } from "./density-matrix.ts";
import { applyNoise, createNoisyCircuit } from "./noisy-circuit.ts";

const rho = simulateDensity(everyChannel, { inputs: everyChannelInputs, weights: everyChannelWeights });

test("of a circuit without channels is |ψ⟩⟨ψ|", () => {
  const circuit = createCircuit({ numQubits: 2, operations: [RY.on([0], 0.8), RZ.on([0], 0.5), CNOT.on([0, 1]), H.on([1])] });
  const psi = simulate(circuit);
  const { re, im } = simulateDensity(applyNoise(circuit, { name: "none", after: () => [] }));
  for (let i = 0; i < 4; i++)
    for (let j = 0; j < 4; j++) {
      expect(re[4 * i + j]).toBeCloseTo(psi.re[i] * psi.re[j] + psi.im[i] * psi.im[j], 14);
      expect(im[4 * i + j]).toBeCloseTo(psi.im[i] * psi.re[j] - psi.re[i] * psi.im[j], 14);
    }
});

test("is Hermitian with trace 1, and its diagonal are probabilities", () => {
  for (let i = 0; i < 8; i++)
    for (let j = 0; j < 8; j++) {
      expect(rho.re[8 * i + j]).toBeCloseTo(rho.re[8 * j + i], 14);
      expect(rho.im[8 * i + j]).toBeCloseTo(-rho.im[8 * j + i], 14);
    }
  expect(densityProbabilities(rho).reduce((a, b) => a + b)).toBeCloseTo(1, 13);
});

test("of a Pauli word on two wires is PennyLane's", () => {
  // PennyLane 0.45.1, default.mixed: RY(0.7) on 0, RX(0.4) on 1, CNOT, PauliError("XY", 0.2).
  const found = simulateDensity(
    createNoisyCircuit({
      numQubits: 2,
      operations: [RY.on([0], 0.7), RX.on([1], 0.4), CNOT.on([0, 1]), pauliChannel({ XY: 0.2 }).on([0, 1])],
    }),
  );
  const re = [
    0.700661522385, 0, 0, 0.18563722059, 0, 0.028791133801, 0.007628085581, 0, 0, 0.007628085581, 0.010678369198, 0,
    0.18563722059, 0, 0, 0.259868974617,
  ];
  const im = [
    0, 0.132873645521, 0.062717545963, 0, -0.132873645521, 0, 0, -0.062717545963, -0.062717545963, 0, 0, 0.016048142829, 0,
    0.062717545963, -0.016048142829, 0,
  ];
  re.forEach((x, i) => {
    expect(found.re[i]).toBeCloseTo(x, 11);
    expect(found.im[i]).toBeCloseTo(im[i], 11);
  });
});

describe("post-selection", () => {
  test("leaves the block of the outcome, normalised", () => {
    const kept = postSelectDensity(rho, { 1: 0 });
    const p = densityProbabilities(rho);
    expect(kept.numQubits).toBe(2);
    expect(kept.probability).toBeCloseTo(p[0] + p[1] + p[4] + p[5], 14);
    [0, 1, 4, 5].forEach((x, i) => {
      [0, 1, 4, 5].forEach((y, j) => {
        expect(kept.re[4 * i + j]).toBeCloseTo(rho.re[8 * x + y] / kept.probability, 14);
        expect(kept.im[4 * i + j]).toBeCloseTo(rho.im[8 * x + y] / kept.probability, 14);
      });
    });
  });

  test("refuses what cannot happen", () => {
    const zero = simulateDensity(createNoisyCircuit({ numQubits: 2, operations: [] }));
    expect(() => postSelectDensity(zero, { 0: 1 })).toThrow(
      "[postSelectDensity] the outcome wire 0 = 1 has probability zero; select one that can happen.",
    );
    expect(() => postSelectDensity(zero, { 5: 1 })).toThrow("needs wires below 2; got 5.");
    expect(() => postSelectDensity(zero, { 0: 2 as 1 })).toThrow("needs 0 or 1 on wire 0; got 2.");
    expect(() => postSelectDensity(zero, { 0: 0, 1: 0 })).toThrow("must leave a wire");
  });
});

test("angles that are missing are refused", () => {
  expect(() => simulateDensity(everyChannel)).toThrow("[every-channel] inputs must be [1]; got 0 values.");
});
