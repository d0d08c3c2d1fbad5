import { describe, expect, test } from "vitest";
import { buildCircuit } from "../build-circuit.ts";
import { compile } from "../compile.ts";
import { probabilities, simulate } from "../simulate.ts";
import { checkEmbedding } from "../testing.ts";
import { amplitudeEmbedding, angleEmbedding, embeddings, iqpEmbedding, qaoaEmbedding } from "./index.ts";

describe.each([...embeddings])("embedding $name", (embedding) => {
  test.each([1, 4])("keeps the embedding contract on %i qubits", (numQubits) => {
    checkEmbedding(embedding, { numQubits });
  });
});

test.each([
  amplitudeEmbedding({ numFeatures: 5 }),
  iqpEmbedding({ repeats: 2 }),
  iqpEmbedding({ pairs: [[2, 0]] }),
  qaoaEmbedding({ numLayers: 3, localField: "RX" }),
])("variants keep the contract: $name", (embedding) => {
  checkEmbedding(embedding);
});

test("amplitudes are normalised and padded", () => {
  const circuit = buildCircuit("mosaiq", { numQubits: 2, numLayers: 1, embedding: amplitudeEmbedding({ numFeatures: 3 }) });
  expect(circuit.numInputs).toBe(3);
  const state = simulate({ ...circuit, operations: circuit.operations.slice(0, 1) }, { inputs: [2, -3, 6], weights: [0, 0] });
  expect([...state.re]).toEqual([2 / 7, -3 / 7, 6 / 7, 0]);
  const executable = compile(circuit);
  expect(() => executable.run({ inputs: [1, 2, 3, 0, 0, 0], weights: [0, 0] })).toThrow(
    "[StatePreparation(2)] amplitudes must be finite and not all zero; got zeros only, which no state has.",
  );
});

test("basis features are the bits", () => {
  const circuit = buildCircuit("mosaiq", { numQubits: 3, numLayers: 1, embedding: "basis" });
  const state = simulate({ ...circuit, operations: circuit.operations.slice(0, 3) }, { inputs: [1, 0, 1], weights: [0, 0, 0] });
  expect(probabilities(state)[0b101]).toBeCloseTo(1, 14);
});

test("an embedding's weights come before those of the ansatz", () => {
  const circuit = buildCircuit("mosaiq", { numQubits: 3, numLayers: 2, embedding: "qaoa" });
  expect(circuit.weightShape).toEqual([6 + 6]);
  const indices = circuit.operations.flatMap(({ angles }) => angles.flatMap((angle) => Object(angle).weight ?? []));
  expect(indices).toEqual(Array.from({ length: 12 }, (_, k) => k));
  expect(() => compile(circuit).run({ inputs: [0, 0, 0], weights: [0] })).toThrow(
    "[mosaiq] weights must be [12] = 1 × 6 of qaoa, then numLayers × numQubits × 1, 12 values; got 1.",
  );
});

test("a weight that is declared and not used is caught, and so is one beyond", () => {
  const one = { ...angleEmbedding(["RX"]), weightShape: () => [2] };
  expect(() => checkEmbedding(one)).toThrow("[angle-rx] uses 0 of 2 declared weights.");
  const other = { ...qaoaEmbedding(), weightShape: () => [1, 2] };
  expect(() => checkEmbedding(other)).toThrow("[qaoa] weight(0, 2) is outside the declared shape [1, 2].");
});

test("refuse what they cannot be", () => {
  expect(() => amplitudeEmbedding({ numFeatures: 0 })).toThrow("[amplitude] numFeatures must be an integer ≥ 1; got 0.");
  expect(() => amplitudeEmbedding({ numFeatures: 5 }).numFeatures(2)).toThrow("2 qubits have 4 amplitudes; got numFeatures 5.");
  expect(() => iqpEmbedding({ repeats: 1.5 })).toThrow("[iqpEmbedding] repeats must be an integer ≥ 1; got 1.5.");
  expect(() => qaoaEmbedding({ numLayers: 0 })).toThrow("[qaoaEmbedding] numLayers must be an integer ≥ 1; got 0.");
  // @ts-expect-error a name that the type refuses too
  expect(() => qaoaEmbedding({ localField: "Y" })).toThrow('[qaoaEmbedding] no rotation "Y"; did you mean "RX"?');
  expect(() => buildCircuit("mosaiq", { numQubits: 2, numLayers: 1, embedding: iqpEmbedding({ pairs: [[0, 2]] }) })).toThrow(
    "IsingZZ(a·b) on [0, 2] needs wires below numQubits = 2.",
  );
});

test("names tell the rotations in their order", () => {
  expect(embeddings.names()).toContain("angle-ry-rx");
  expect(angleEmbedding(["RY", "RX"]).name).toBe("angle-ry-rx");
});

test("a wrong number of features is caught", () => {
  expect(() => checkEmbedding({ ...angleEmbedding(["RX"]), numFeatures: () => 5 })).toThrow(
    "[angle-rx] uses 3 of 5 declared features.",
  );
});
