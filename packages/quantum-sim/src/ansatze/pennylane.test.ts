import { expect, test } from "vitest";
import { buildCircuit } from "../build-circuit.ts";
import { type Circuit, createCircuit } from "../circuit.ts";
import { compile } from "../compile.ts";
import type { Embedding } from "../embedding.ts";
import { angleEmbedding, basisEmbedding, iqpEmbedding, qaoaEmbedding } from "../embeddings/index.ts";
import type { Operation } from "../gate.ts";
import { adjoint, CZ, control, ECR, ISWAP, IsingXY, MultiRZ, PauliRot, U3 } from "../gates/index.ts";
import { weightIndexer } from "../weight-indexer.ts";
import { cases } from "./__fixtures__/pennylane.json";
import { stronglyEntanglingWith } from "./index.ts";

/** The stored numbers have 14 digits. */
const TOLERANCE = 1e-12;

interface Case {
  readonly name: string;
  readonly n: number;
  readonly values: readonly number[];
  readonly layers?: number;
  readonly field?: string;
  readonly ranges?: readonly number[];
  readonly pairs?: readonly (readonly number[])[];
  readonly bits?: readonly number[];
  readonly word?: string;
  readonly angle?: number;
}

/** Of embedding and ansatz, with the words that the fixture measures. */
function circuitOf(one: Case): Circuit {
  const { name, n, layers = 1 } = one;
  const wires = Array.from({ length: n }, (_, wire) => wire);
  const paulis = one.values.length === n ? "Z" : one.values.length === 2 * n ? "XZ" : "XYZ";
  const observables = wires.flatMap((wire) => [...paulis].map((pauli) => `${pauli}${wire}`));
  const measured = (operations: Iterable<Operation>, weightShape: readonly number[] = [0]) =>
    createCircuit({ name, numQubits: n, operations, weightShape, observables });
  const built = (ansatz: Parameters<typeof buildCircuit>[0], embedding: string) => {
    const { operations, weightShape } = buildCircuit(ansatz, { numQubits: n, numLayers: layers, embedding });
    return measured(operations, weightShape);
  };
  const embedded = (embedding: Embedding, after: readonly Operation[] = []) => {
    const shape = embedding.weightShape?.(n) ?? [0];
    return measured([...embedding.operations(n, (input) => ({ input }), weightIndexer(name, shape)), ...after], shape);
  };
  switch (name) {
    case "simplified-two-design":
      return built(name, "none");
    case "tree-tensor-network":
      return built(name, "angle-ry");
    case "strongly-entangling-layers":
      return built(stronglyEntanglingWith(name, CZ, { ranges: one.ranges }), "angle-rx");
    case "qaoa":
      return embedded(qaoaEmbedding({ numLayers: layers, localField: `R${one.field}` as "RX" })); // X, Y or Z
    case "iqp":
      return embedded(iqpEmbedding({ repeats: 2, pairs: one.pairs as [number, number][] }));
    case "basis":
      return measured([...basisEmbedding.operations(n, (input) => ({ input }), weightIndexer(name, [0]))]);
    case "pauli-rot":
      return embedded(angleEmbedding(["RX"]), [PauliRot(one.word ?? "").on(wires, one.angle ?? 0)]);
    case "gates":
      return embedded(angleEmbedding(["RY"]), [
        ECR.on([2, 0]),
        MultiRZ(3).on([3, 0, 1], 0.8),
        control(IsingXY).on([1, 0, 3], 0.9),
        adjoint(U3).on([2], 0.3, 0.5, 0.9),
        control(ISWAP).on([2, 3, 1]),
      ]);
  }
  throw new Error(`bug: no circuit for ${name}`);
}

test.each(cases as readonly Case[])("PennyLane's values: $name on $n qubits", (one) => {
  const circuit = circuitOf(one);
  const weights = Array.from({ length: circuit.numWeights }, (_, i) => 2 * Math.sin(i + 1));
  const inputs = one.bits ?? Array.from({ length: circuit.numInputs }, (_, i) => 1.3 * Math.cos(i + 1));
  const values = compile(circuit, { precision: "float64" }).run({ inputs, weights });
  expect(values).toHaveLength(one.values.length);
  values.forEach((value, j) => {
    expect(Math.abs(value - one.values[j])).toBeLessThan(TOLERANCE);
  });
});
