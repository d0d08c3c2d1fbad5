import { createRng } from "repro-kit";
import { describe, expect, test } from "vitest";
import { ansatze, identityBlocks } from "../ansatze/index.ts";
import { buildCircuit } from "../build-circuit.ts";
import { checkAnsatz } from "../contracts/check-ansatz.ts";
import { probabilities, simulate } from "../simulate.ts";
import { identityBlockWeights, initialisers, smallNormalWeights, uniformWeights } from "./index.ts";

const circuit = buildCircuit("hybridq", { numQubits: 10, numLayers: 100 });
const moments = (values: Float64Array) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)];
};

test("names are listed, and the same stream gives the same weights", () => {
  expect(initialisers.names()).toEqual(["uniform", "small-normal", "identity-blocks"]);
  const draw = () => uniformWeights().weights(circuit, createRng(3));
  expect(draw()).toEqual(draw());
});

test("distributions of 3000 weights", () => {
  const uniform = uniformWeights().weights(circuit, createRng(1));
  expect(uniform).toHaveLength(3000);
  // Means within four standard errors, 4·σ/√3000.
  const [mean, deviation] = moments(uniform);
  expect(Math.abs(mean - Math.PI)).toBeLessThan(0.14);
  expect(Math.abs(deviation - (2 * Math.PI) / Math.sqrt(12))).toBeLessThan(0.1);
  const [smallMean, smallDeviation] = moments(smallNormalWeights({ standardDeviation: 0.02 }).weights(circuit, createRng(1)));
  expect(Math.abs(smallMean)).toBeLessThan(0.0015);
  expect(Math.abs(smallDeviation - 0.02)).toBeLessThan(0.0011);
});

describe.each([...ansatze])("identity blocks of $name", (ansatz) => {
  test("keep the ansatz contract and begin as the identity", () => {
    const blocks = identityBlocks(ansatz);
    checkAnsatz(blocks, { numQubits: 3, numLayers: 2 });
    const built = buildCircuit(identityBlocks(ansatz, { layersPerBlock: 2 }), { numQubits: 4, numLayers: 3, embedding: "none" });
    const weights = identityBlockWeights.weights(built, createRng(2));
    const inputs = Array.from({ length: built.numInputs }, (_, i) => Math.cos(i));
    // With the same inputs in both halves U(a)·U(a)† is 1 for every ansatz.
    expect(probabilities(simulate(built, { inputs, weights }))[0]).toBeCloseTo(1, 12);
  });
});

test("refuse what they cannot be", () => {
  expect(() => uniformWeights({ low: 1, high: 1 })).toThrow("low must be below high, both finite; got [1, 1).");
  expect(() => smallNormalWeights({ standardDeviation: 0 })).toThrow("standardDeviation must be above 0 and finite; got 0.");
  expect(() => identityBlockWeights.weights(circuit, createRng(0))).toThrow(
    "[hybridq] identity blocks need weights [numBlocks, 2, …]; got [100, 10, 3]. Make the ansatz by identityBlocks(…).",
  );
  expect(() => identityBlocks(ansatze.resolve("mosaiq"), { layersPerBlock: 0 })).toThrow("layersPerBlock must be an integer ≥ 1");
});
