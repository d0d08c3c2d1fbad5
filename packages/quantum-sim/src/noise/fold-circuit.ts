import { expect } from "repro-kit";
import { scaled } from "../angle.ts";
import { type Circuit, createCircuit } from "../circuit.ts";
import { adjoint as adjointMatrix } from "../complex-matrix.ts";
import type { Gate, Operation } from "../gate.ts";
import { adjoint } from "../gates/adjoint.ts";

/** Of entries made of a few sines and cosines. */
const EQUAL_TOLERANCE = 1e-12;
/** Gates up to this many wires are compared as matrices. */
const MOST_WIRES = 3;

/** Whether U(−θ) = U(θ)†. */
function isOdd({ numAngles, numWires, matrix }: Gate): boolean {
  if (numAngles !== 1 || numWires > MOST_WIRES) return false;
  const [A, B] = [matrix([-1]), adjointMatrix(matrix([1]))];
  return A.re.every((x, i) => Math.hypot(x - B.re[i], A.im[i] - B.im[i]) < EQUAL_TOLERANCE);
}

/** The inverse of an operation: a rotation by the opposite angle, which noise models know, or the adjoint gate. */
export function inverseOperation({ gate, wires, angles }: Operation): Operation {
  return isOdd(gate) ? gate.on(wires, scaled(angles[0], -1)) : adjoint(gate).on(wires, ...angles);
}

/**
 * The same unitary with its noise scaled: U (U†U)^k for an odd factor 2k + 1; in between, the last gates are folded once more.
 * The scale that is reached is the ratio of the numbers of operations.
 *
 * @param factor - At least 1.
 * @throws UsageError for another factor.
 * @see Giurgica-Tiron et al. 2020, arXiv:2005.10921, §II
 */
export function foldCircuit(circuit: Circuit, factor: number): Circuit {
  expect(factor >= 1 && Number.isFinite(factor), "foldCircuit", `factor must be finite and ≥ 1; got ${factor}.`);
  const { operations } = circuit;
  const numFolds = Math.floor((factor - 1) / 2);
  const numPartial = Math.round((operations.length * (factor - 1 - 2 * numFolds)) / 2);
  const back = operations.map(inverseOperation).reverse();
  const folded = [...operations];
  for (let k = 0; k < numFolds; k++) folded.push(...back, ...operations);
  if (numPartial > 0) folded.push(...back.slice(0, numPartial), ...operations.slice(operations.length - numPartial));
  const { name, numQubits, numInputs, weightShape, observables, outputs } = circuit;
  return createCircuit({
    ...{ name, numQubits, numInputs, weightShape, observables, operations: folded },
    ...(outputs && { outputs }),
  });
}
