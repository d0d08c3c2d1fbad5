import { expect } from "repro-kit";
import type { DensityMatrix } from "../noise/density-matrix.ts";
import type { Statevector } from "../statevector.ts";

/** A pure state, 2^n amplitudes, or a density matrix, [2^n, 2^n] row-major; told by the number of entries. */
export type QuantumState = Statevector | DensityMatrix;

/** True for a density matrix. @throws UsageError if the number of entries suits neither. */
export function isDensity(scope: string, { numQubits, re, im }: QuantumState): boolean {
  const pure = 2 ** numQubits;
  const isState = (re.length === pure || re.length === pure * pure) && im.length === re.length;
  expect(
    isState,
    scope,
    `a state of ${numQubits} qubits must have ${pure} amplitudes or [${pure}, ${pure}] entries; got ${re.length}.`,
  );
  return re.length !== pure;
}
