import { symmetricEigen } from "array-kernels";
import { expect } from "repro-kit";
import { adjoint, type ComplexMatrix, multiply } from "../complex-matrix.ts";
import type { Gate } from "../gate.ts";

/** Two values that differ by less are one: rounding of eigenvalues of small matrices, with room. */
export const SAME = 1e-9;

/** Angles at which a gate is looked at: no multiples of one another or of π. */
const PROBE = [0.9, 2.3, -1.7, 0.4, 3.1, -0.6];
const STEP = 1.234;

const known = new WeakMap<Gate, Map<number, readonly number[] | undefined>>();

/**
 * Eigenvalues, each once and ascending, of the generator G of an angle that do not depend on the gate's other angles; undefined if they do,
 * or if there is no such G that U = A·e^{−iθG}·B with A and B independent of θ.
 */
export function fixedSpectrum(gate: Gate, k: number): readonly number[] | undefined {
  // Declared for −iθG/2; it spares a gate on many wires its matrix.
  const declared = gate.spectra?.[k];
  if (declared) return declared.map((eigenvalue) => eigenvalue / 2);
  if (gate.productOf) return undefined;
  const own = known.get(gate) ?? new Map<number, readonly number[] | undefined>();
  known.set(gate, own);
  if (own.has(k)) return own.get(k);
  const probe = (offset: number) =>
    Array.from({ length: gate.numAngles }, (_, i) => PROBE[(i + offset) % PROBE.length] + i * (1 - offset / 3));
  const [first, second] = [spectrumAt(gate, k, probe(0)), spectrumAt(gate, k, probe(1))];
  const isFixed =
    Array.isArray(first) &&
    Array.isArray(second) &&
    first.length === second.length &&
    first.every((value, i) => Math.abs(value - second[i]) < SAME);
  own.set(k, isFixed ? first : undefined);
  return own.get(k);
}

/**
 * The same at given angles, for generators that depend on the other angles too.
 *
 * @throws UsageError if the gate does not depend on the angle in this way.
 */
export function generatorSpectrum(gate: Gate, k: number, angles: readonly number[]): readonly number[] {
  const fixed = fixedSpectrum(gate, k);
  if (fixed) return fixed;
  const { productOf } = gate;
  if (productOf) {
    const product = angles[0] * angles[1];
    return distinct(generatorSpectrum(productOf, 0, [product]).map((value) => value * angles[1 - k]));
  }
  const found = spectrumAt(gate, k, angles);
  expect(
    typeof found !== "number",
    gate.name,
    `angle ${k} must stand in e^{−iθG} with a fixed G for a shift rule; its generator changes by ${Number(found).toExponential(1)}. Use finiteDifferences or the adjoint method.`,
  );
  return found;
}

/** Eigenvalues of i·U†·∂U/∂θ_k = B†GB, or by how much it changes with θ_k where it should not. */
function spectrumAt(gate: Gate, k: number, angles: readonly number[]): readonly number[] | number {
  const first = generatorAt(gate, k, angles);
  const second = generatorAt(gate, k, angles.with(k, angles[k] + STEP));
  const gap = first.re.reduce(
    (most, x, i) => Math.max(most, Math.abs(x - second.re[i]), Math.abs(first.im[i] - second.im[i])),
    0,
  );
  return gap < SAME ? distinct(hermitianEigenvalues(first)) : gap;
}

/** i·U†·∂U/∂θ_k. */
function generatorAt(gate: Gate, k: number, angles: readonly number[]): ComplexMatrix {
  const { dim, re, im } = multiply(adjoint(gate.matrix(angles)), gate.derivative(angles, k));
  return { dim, re: im.map((x) => -x), im: re };
}

/** Eigenvalues of A + iB, ascending: those of [[A, −B], [B, A]], which has each twice. */
function hermitianEigenvalues({ dim, re, im }: ComplexMatrix): number[] {
  const doubled = new Float64Array(4 * dim * dim);
  for (let r = 0; r < dim; r++)
    for (let c = 0; c < dim; c++) {
      // Rounding is taken out, so that the matrix is symmetric to the last bit.
      const x = (re[r * dim + c] + re[c * dim + r]) / 2;
      const y = (im[r * dim + c] - im[c * dim + r]) / 2;
      doubled[r * 2 * dim + c] = x;
      doubled[(r + dim) * 2 * dim + c + dim] = x;
      doubled[(r + dim) * 2 * dim + c] = y;
      doubled[r * 2 * dim + c + dim] = -y;
    }
  return [...symmetricEigen(doubled, 2 * dim, { vectors: false }).values];
}

/** The values in ascending order, without repetition. */
export function distinct(values: Iterable<number>): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.filter((value, i) => i === 0 || value - sorted[i - 1] > SAME);
}

/**
 * Frequencies of ⟨O⟩ as a function of the angle: the positive differences of the generator's eigenvalues. {1} for a rotation, {½, 1} for a
 * controlled one.
 *
 * @param angles - The gate's angles, which matter where one scales another (products of features); default all 1.
 * @throws UsageError if the gate is not A·e^{−iθG}·B with a fixed G as a function of the angle.
 * @see Wierichs et al. 2022, arXiv:2107.12390, section 2
 */
export function angleFrequencies(
  gate: Gate,
  k: number,
  angles: readonly number[] = new Array<number>(gate.numAngles).fill(1),
): readonly number[] {
  const spectrum = generatorSpectrum(gate, k, angles);
  return distinct(spectrum.flatMap((a) => spectrum.filter((b) => a - b > SAME).map((b) => a - b)));
}
