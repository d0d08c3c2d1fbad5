import { expect } from "repro-kit";
import { isInput, isWeight } from "../angle.ts";
import { createCircuit } from "../circuit.ts";
import type { Embedding } from "../embedding.ts";
import { H } from "../gates/fixed.ts";
import { weightIndexer } from "../weight-indexer.ts";
import { checkCircuitGradients } from "./check-circuit-gradients.ts";

/**
 * The operations use as many features (and weights of its own) as it declares, and the gradients by them are right. Z and, after H on
 * each qubit, X are measured.
 *
 * @throws UsageError that names the embedding and what is wrong with it.
 */
export function checkEmbedding(embedding: Embedding, { numQubits = 3 }: { readonly numQubits?: number } = {}): void {
  const { name } = embedding;
  const weightShape = embedding.weightShape?.(numQubits) ?? [0];
  const operations = [...embedding.operations(numQubits, (input) => ({ input }), weightIndexer(name, weightShape))];
  const angles = operations.flatMap((operation) => operation.angles);
  const numFeatures = new Set(angles.filter(isInput).map(({ input }) => input)).size;
  const declared = embedding.numFeatures(numQubits);
  expect(numFeatures === declared, name, `uses ${numFeatures} of ${declared} declared features.`);
  const numWeights = new Set(angles.filter(isWeight).map(({ weight }) => weight)).size;
  const declaredWeights = weightShape.reduce((product, length) => product * length, 1);
  expect(numWeights === declaredWeights, name, `uses ${numWeights} of ${declaredWeights} declared weights.`);
  const size = { name, numQubits, weightShape };
  checkCircuitGradients(createCircuit({ ...size, operations }));
  const turned = Array.from({ length: numQubits }, (_, wire) => H.on([wire]));
  checkCircuitGradients(createCircuit({ ...size, operations: [...operations, ...turned] }));
}
