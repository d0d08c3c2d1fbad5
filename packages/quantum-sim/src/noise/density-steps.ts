import { adjoint, type ComplexMatrix } from "../complex-matrix.ts";
import { applyMatrix, type Statevector } from "../statevector.ts";
import { kronecker } from "./channel.ts";
import { isChannel, type NoisyOperation } from "./noisy-circuit.ts";
import { type AngleSources, anglesOf } from "./trajectory-sample.ts";

/** K̄, entry by entry. */
const conjugate = (A: ComplexMatrix): ComplexMatrix => ({ dim: A.dim, re: A.re, im: A.im.map((x) => -x) });

/** Wires of the rows and of the columns of ρ, which is handled as a "state" of 2n wires. */
const rowsAndColumns = (wires: readonly number[], numQubits: number): number[] => [
  ...wires,
  ...wires.map((wire) => wire + numQubits),
];

/** Σ K ⊗ K̄: what a channel does to the entries of ρ, row-major. */
function superoperator(operators: readonly ComplexMatrix[]): ComplexMatrix {
  return operators
    .map((K) => kronecker(K, conjugate(K)))
    .reduce((A, B) => ({ dim: A.dim, re: A.re.map((x, i) => x + B.re[i]), im: A.im.map((x, i) => x + B.im[i]) }));
}

/** Gates and channels on density matrices of n qubits, forth and back. */
export interface DensitySteps {
  /** ρ ← step(ρ). */
  apply(step: NoisyOperation, at: AngleSources, rho: Statevector): void;
  /** λ ← step†(λ). */
  applyAdjoint(step: NoisyOperation, at: AngleSources, bra: Statevector): void;
}

/** The superoperator of each channel among the steps is made here. */
export function createDensitySteps(numQubits: number, steps: readonly NoisyOperation[]): DensitySteps {
  const channels = new Map(steps.filter(isChannel).map(({ channel }) => [channel, superoperator(channel.kraus)]));
  const adjoints = new Map([...channels].map(([channel, S]) => [channel, adjoint(S)]));
  const conjugateBy = (U: ComplexMatrix, wires: readonly number[], rho: Statevector): void => {
    applyMatrix(U, wires, rho);
    applyMatrix(
      conjugate(U),
      wires.map((wire) => wire + numQubits),
      rho,
    );
  };
  return {
    apply(step, at, rho) {
      if (!isChannel(step)) return conjugateBy(step.gate.matrix(anglesOf(step, at)), step.wires, rho);
      applyMatrix(channels.get(step.channel) as ComplexMatrix, rowsAndColumns(step.wires, numQubits), rho); // every channel is in the map
    },
    applyAdjoint(step, at, bra) {
      if (!isChannel(step)) return conjugateBy(adjoint(step.gate.matrix(anglesOf(step, at))), step.wires, bra);
      applyMatrix(adjoints.get(step.channel) as ComplexMatrix, rowsAndColumns(step.wires, numQubits), bra); // likewise
    },
  };
}
