import { expect } from "repro-kit";
import { isWeight } from "../angle.ts";
import type { Ansatz, AnsatzSize } from "../ansatz.ts";
import { buildCircuit } from "../build-circuit.ts";
import { checkCircuitGradients } from "./check-circuit-gradients.ts";

/**
 * Every declared weight is used and none beyond, twice asked gives the same operations, outputs lie in [−1, 1], and the gradients by
 * weights and inputs agree with central differences.
 *
 * @throws UsageError that names the ansatz and what is wrong with it.
 */
export function checkAnsatz(ansatz: Ansatz, size: AnsatzSize = { numQubits: 3, numLayers: 2 }): void {
  const options = { ...size, embedding: "none" };
  const bare = buildCircuit(ansatz, options);
  const angles = bare.operations.flatMap((operation) => operation.angles);
  const used = new Set(angles.filter(isWeight).map(({ weight }) => weight));
  expect(used.size === bare.numWeights, ansatz.name, `uses ${used.size} of ${bare.numWeights} declared weights.`);
  const namesOf = (circuit: typeof bare) => circuit.operations.map(({ gate, wires }) => `${gate.name} ${wires}`).join(", ");
  const isSame = namesOf(bare) === namesOf(buildCircuit(ansatz, options));
  expect(isSame, ansatz.name, "operations must be the same each time they are asked for; seed what is random.");
  checkCircuitGradients(buildCircuit(ansatz, size));
}
