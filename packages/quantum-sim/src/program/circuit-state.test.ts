import { createRng } from "repro-kit";
import { describe, expect, test } from "vitest";
import { createCircuit } from "../circuit.ts";
import { gates } from "../gates/index.ts";
import { simulate, simulatePlainly } from "../simulate.ts";
import { circuitState } from "./circuit-state.ts";
import { createStateBatch } from "./state-batch.ts";

/** Rounding of a few dozen unitary products. */
const TOLERANCE = { float64: 1e-13, float32: 2e-6 };

function randomCircuit(seed: number) {
  const rng = createRng(seed).fork("state");
  const numQubits = 1 + (seed % 6);
  const wires = Array.from({ length: numQubits }, (_, wire) => wire);
  const suited = [...gates].filter((gate) => gate.numWires <= numQubits);
  const angle = () => [() => ({ weight: rng.integer(4) }), () => ({ input: rng.integer(2) }), () => 0.9][rng.integer(3)]();
  const operations = Array.from({ length: 20 }, () => {
    const gate = suited[rng.integer(suited.length)];
    return gate.on(rng.shuffle([...wires]).slice(0, gate.numWires), ...Array.from({ length: gate.numAngles }, angle));
  });
  const circuit = createCircuit({ name: `random ${seed}`, numQubits, operations, numInputs: 2, weightShape: [4] });
  return { circuit, inputs: [0.3, -1.2], weights: rng.fillUniform(new Float64Array(4), -3, 3) };
}

const largestGap = (a: Float64Array, b: Float64Array) => a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);

describe.each(Array.from({ length: 30 }, (_, seed) => seed))("random gates, seed %i", (seed) => {
  const { circuit, inputs, weights } = randomCircuit(seed);
  const wanted = simulatePlainly(circuit, { inputs, weights });

  test.each(["float64", "float32"] as const)("amplitudes with their global phase, %s", (precision) => {
    const state = circuitState(circuit, { inputs, weights, precision });
    expect(largestGap(state.re, wanted.re)).toBeLessThan(TOLERANCE[precision]);
    expect(largestGap(state.im, wanted.im)).toBeLessThan(TOLERANCE[precision]);
  });

  test("in two fused fragments on a batch of states, up to the phase", () => {
    for (const precision of ["float64", "float32"] as const) {
      const states = createStateBatch(circuit.numQubits, { precision });
      const { operations } = circuit;
      const values = { weights, weightOffset: 0, inputs, inputOffset: 0 };
      for (const part of [operations.slice(0, 9), operations.slice(9)]) states.prepare(part).apply([values]);
      for (let lane = 0; lane < states.lanes; lane++) {
        const { re, im } = states.read(lane);
        let overlapRe = 0;
        let overlapIm = 0;
        for (let x = 0; x < re.length; x++) {
          overlapRe += wanted.re[x] * re[x] + wanted.im[x] * im[x];
          overlapIm += wanted.re[x] * im[x] - wanted.im[x] * re[x];
        }
        expect(Math.abs(Math.hypot(overlapRe, overlapIm) - 1)).toBeLessThan(TOLERANCE[precision]);
      }
    }
  });
});

test("simulate is the same", () => {
  const { circuit, inputs, weights } = randomCircuit(5);
  const [ours, plain] = [simulate(circuit, { inputs, weights }), simulatePlainly(circuit, { inputs, weights })];
  expect(largestGap(ours.re, plain.re)).toBeLessThan(TOLERANCE.float64);
});
