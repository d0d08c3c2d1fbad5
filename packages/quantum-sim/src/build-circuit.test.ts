import { expect, test } from "vitest";
import { scaled } from "./angle.ts";
import type { Ansatz } from "./ansatz.ts";
import { buildCircuit } from "./build-circuit.ts";
import { compile } from "./compile.ts";
import { RX, RY } from "./gates/index.ts";

/** Inputs are uploaded again in every layer. */
const reuploading: Ansatz = {
  name: "re-uploading",
  source: "Pérez-Salinas et al. 2020, arXiv:1907.02085",
  weightShape: ({ numQubits, numLayers }) => [numLayers, numQubits],
  *operations({ numQubits, numLayers }, { weight, input }) {
    for (let layer = 0; layer < numLayers; layer++)
      for (let q = 0; q < numQubits; q++) yield* [RX.on([q], scaled(input(q), layer + 1)), RY.on([q], weight(layer, q))];
  },
};

test("an ansatz takes inputs itself", () => {
  const circuit = buildCircuit(reuploading, { numQubits: 2, numLayers: 3 });
  expect([circuit.numInputs, circuit.numWeights, circuit.operations.length]).toEqual([2, 6, 12]);
  expect(circuit.operations[8].angles).toEqual([{ input: 0, scale: 3, shift: 0 }]);
});

test("an ansatz names its embedding and observable, the options override them", () => {
  expect(
    buildCircuit("mosaiq", { numQubits: 2, numLayers: 1 })
      .operations.slice(0, 2)
      .map(({ gate }) => gate.name),
  ).toEqual(["RY", "RX"]);
  const circuit = buildCircuit("mosaiq", { numQubits: 2, numLayers: 1, embedding: "none", measure: "Z" });
  expect([circuit.numInputs, circuit.operations.length, circuit.observables[0].factors[0].pauli]).toEqual([0, 3, "Z"]);
});

test("refuses what it does not know", () => {
  const size = { numQubits: 2, numLayers: 1 };
  expect(() => buildCircuit("mosaik", size)).toThrow('[ansatz] no ansatz named "mosaik"; did you mean "mosaiq"?');
  expect(() => buildCircuit("mosaiq", { ...size, embedding: "angle-rq" })).toThrow('[embedding] no embedding named "angle-rq"');
  // @ts-expect-error a value that the type refuses too
  expect(() => buildCircuit("mosaiq", { ...size, measure: "W" })).toThrow('[buildCircuit] no observable "W"');
  // @ts-expect-error a key that the type refuses too
  expect(() => buildCircuit("mosaiq", { ...size, qubits: 2 })).toThrow('[buildCircuit] unknown option "qubits"');
  expect(() => buildCircuit("mosaiq", { numQubits: 2.5, numLayers: 1 })).toThrow("numQubits must be an integer ≥ 1; got 2.5.");
  expect(() => buildCircuit("mosaiq", { numQubits: 2, numLayers: 0 })).toThrow("numLayers must be an integer ≥ 1; got 0.");
});

test("the weight shape stands in names in the message about weights", () => {
  const circuit = buildCircuit("data-reuploading", { numQubits: 2, numLayers: 3 });
  expect(circuit.weightFormula).toBe("numLayers × numQubits × 4");
  expect(() => compile(circuit).run({ inputs: [1, 2], weights: new Float32Array(18) })).toThrow(
    "[data-reuploading] weights must be [3, 2, 4] = numLayers × numQubits × 4, 24 values; got 18.",
  );
});
