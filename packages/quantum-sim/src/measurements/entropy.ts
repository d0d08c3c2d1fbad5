import { symmetricEigen } from "array-kernels";
import { checkOptions, expect } from "repro-kit";
import type { DensityMatrix } from "../noise/density-matrix.ts";
import { allWires, checkWires, otherWires } from "./basis-offsets.ts";
import { isDensity, type QuantumState } from "./quantum-state.ts";
import { reducedDensity } from "./reduced-density.ts";

export interface EntropyOptions {
  /** The wires whose entropy is wanted; default all. */
  readonly wires?: readonly number[];
  /** Base of the logarithm; default e, which gives nats. 2 gives bits. */
  readonly base?: number;
}

/**
 * Tr ρ² of some wires, the others traced out, in [2^−k, 1].
 *
 * @throws UsageError if a wire is missing or repeated.
 */
export function purity(state: QuantumState, wires: readonly number[] = allWires(state.numQubits)): number {
  const { re, im } = smallerSide("purity", state, wires);
  return re.reduce((sum, x, i) => sum + x * x + im[i] * im[i], 0);
}

/**
 * S = −Tr ρ log ρ of some wires, the others traced out, ≥ 0.
 *
 * @throws UsageError if a wire is missing or repeated, or the base is not above 1.
 * @see Nielsen & Chuang (2010), eq. (11.39)
 */
export function vonNeumannEntropy(state: QuantumState, options: EntropyOptions = {}): number {
  const scope = "vonNeumannEntropy";
  checkOptions(scope, options, ["wires", "base"]);
  const { wires = allWires(state.numQubits), base = Math.E } = options;
  expect(base > 1 && base < Number.POSITIVE_INFINITY, scope, `base must be a number above 1; got ${base}.`);
  const values = densityEigenvalues(smallerSide(scope, state, wires));
  const nats = values.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
  return Math.max(0, nats) / Math.log(base);
}

/**
 * I(A : B) = S(A) + S(B) − S(AB), ≥ 0.
 *
 * @throws UsageError if the two groups of wires overlap, and as `vonNeumannEntropy`.
 * @see Nielsen & Chuang (2010), eq. (11.59)
 */
export function mutualInformation(
  state: QuantumState,
  wiresA: readonly number[],
  wiresB: readonly number[],
  options: Pick<EntropyOptions, "base"> = {},
): number {
  const scope = "mutualInformation";
  checkOptions(scope, options, ["base"]);
  const areApart = !wiresA.some((wire) => wiresB.includes(wire));
  expect(areApart, scope, `the two groups of wires must not overlap; got [${wiresA.join(", ")}] and [${wiresB.join(", ")}].`);
  const entropy = (wires: readonly number[]) => vonNeumannEntropy(state, { wires, ...options });
  return Math.max(0, entropy(wiresA) + entropy(wiresB) - entropy([...wiresA, ...wiresB]));
}

/** ρ of the wires, or of the others where these are fewer: both sides of a pure state have the same eigenvalues but zeros. */
function smallerSide(scope: string, state: QuantumState, wires: readonly number[]): DensityMatrix {
  const { numQubits } = state;
  checkWires(scope, wires, numQubits);
  const isOther = !isDensity(scope, state) && 2 * wires.length > numQubits;
  return reducedDensity(state, { wires: isOther ? otherWires(wires, numQubits) : wires });
}

/** Eigenvalues of ρ = A + iB, ascending: those of [[A, −B], [B, A]], which has each twice. */
function densityEigenvalues({ numQubits, re, im }: DensityMatrix): Float64Array {
  const n = 2 ** numQubits;
  const doubled = new Float64Array(4 * n * n);
  for (let r = 0; r < n; r++)
    for (let c = 0; c < n; c++) {
      const at = r * n + c;
      doubled[r * 2 * n + c] = re[at];
      doubled[(r + n) * 2 * n + c + n] = re[at];
      doubled[(r + n) * 2 * n + c] = im[at];
      doubled[r * 2 * n + c + n] = -im[at];
    }
  const { values } = symmetricEigen(doubled, 2 * n, { vectors: false });
  return Float64Array.from({ length: n }, (_, k) => (values[2 * k] + values[2 * k + 1]) / 2);
}
