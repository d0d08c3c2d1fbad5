import { type Angle, scaled } from "../angle.ts";
import type { ComplexMatrix } from "../complex-matrix.ts";
import type { Gate, Operation, ParityTerm } from "../gate.ts";
import { CNOT, H, RX, RY, RZ, SX, SXdg } from "../gates/index.ts";
import { isOdd } from "../statevector.ts";

/** coefficient·P, with P = i^{numY}·X^flip·Z^sign by masks over the gate's own wires, the first wire the most significant bit. */
export interface PauliTerm {
  readonly coefficient: number;
  readonly flip: number;
  readonly sign: number;
}

const ZERO = 1e-12;
/** Of the product of rotations against the gate's matrix: rounding of some hundred products. */
const CLOSE = 1e-10;
const PROBES = [0.731, -2.113];
/** Wires up to which matrices are taken apart. */
const MOST_WIRES = 6;

const known = new WeakMap<Gate, readonly PauliTerm[] | undefined>();

/**
 * A gate of one angle as commuting Pauli rotations: U(θ) = exp(−iθ/2·Σ c·P), P ≠ 1, up to a phase; undefined where it is none. The
 * matrices alone decide, at θ = 0 and at angles that test the result.
 */
export function pauliRotations(gate: Gate): readonly PauliTerm[] | undefined {
  if (!known.has(gate)) known.set(gate, find(gate));
  return known.get(gate);
}

function find(gate: Gate): readonly PauliTerm[] | undefined {
  if (gate.numAngles !== 1 || gate.numWires > MOST_WIRES) return undefined;
  const { dim, re, im } = gate.matrix([0]);
  for (let i = 0; i < dim * dim; i++)
    if (Math.abs(re[i] - (i % (dim + 1) === 0 ? 1 : 0)) > ZERO || Math.abs(im[i]) > ZERO) return undefined;
  const slope = gate.derivative([0], 0);
  const terms: PauliTerm[] = [];
  for (let flip = 0; flip < dim; flip++)
    for (let sign = 0; sign < dim; sign++) {
      const coefficient = pauliCoefficient(slope, flip, sign);
      if (Math.abs(coefficient) > ZERO) terms.push({ coefficient, flip, sign });
    }
  const areCommuting = terms.every((a) => terms.every((b) => isEven(a.flip & b.sign) === isEven(a.sign & b.flip)));
  if (!areCommuting || !PROBES.every((theta) => isProduct(terms, theta, gate.matrix([theta])))) return undefined;
  return terms.filter(({ flip, sign }) => flip !== 0 || sign !== 0);
}

/** tr(P·G)/dim of G = 2i·∂U/∂θ. */
function pauliCoefficient({ dim, re, im }: ComplexMatrix, flip: number, sign: number): number {
  let sumRe = 0;
  let sumIm = 0;
  for (let x = 0; x < dim; x++) {
    const at = x * dim + (x ^ flip);
    const factor = isEven(x & sign) ? 2 : -2;
    sumRe -= factor * im[at];
    sumIm += factor * re[at];
  }
  // ⟨x|G·P|x⟩ with P|x⟩ = i^{numY}·(−1)^{x·sign}|x ⊕ flip⟩; G is Hermitian, so the sum is real.
  const turn = bitCount(flip & sign) % 4;
  const sum = turn === 0 ? sumRe : turn === 1 ? -sumIm : turn === 2 ? -sumRe : sumIm;
  return sum / dim;
}

/** Whether Π exp(−iθ·c·P/2) is the matrix, column by column. */
function isProduct(terms: readonly PauliTerm[], theta: number, { dim, re, im }: ComplexMatrix): boolean {
  for (let column = 0; column < dim; column++) {
    let psiRe = new Float64Array(dim);
    let psiIm = new Float64Array(dim);
    psiRe[column] = 1;
    for (const { coefficient, flip, sign } of terms) {
      const c = Math.cos((theta * coefficient) / 2);
      const s = Math.sin((theta * coefficient) / 2);
      const nextRe = psiRe.map((x) => c * x);
      const nextIm = psiIm.map((x) => c * x);
      const turn = bitCount(flip & sign) % 4;
      for (let x = 0; x < dim; x++) {
        const factor = isEven(x & sign) ? s : -s;
        // −i·i^{numY}·(re + i·im)
        const [a, b] = [factor * psiRe[x], factor * psiIm[x]];
        nextRe[x ^ flip] += turn === 0 ? b : turn === 1 ? a : turn === 2 ? -b : -a;
        nextIm[x ^ flip] += turn === 0 ? -a : turn === 1 ? b : turn === 2 ? a : -b;
      }
      [psiRe, psiIm] = [nextRe, nextIm];
    }
    for (let row = 0; row < dim; row++) {
      const at = row * dim + column;
      if (Math.abs(psiRe[row] - re[at]) > CLOSE || Math.abs(psiIm[row] - im[at]) > CLOSE) return false;
    }
  }
  return true;
}

/** e^{iθ·Σ a·(−1)^{x·mask}} as rotations, up to phase: each is exp(−iθ'·Z…Z/2) with θ' = −2aθ. */
export const diagonalRotations = (phases: readonly ParityTerm[]): PauliTerm[] =>
  phases
    .filter(({ mask }) => mask !== 0)
    .map(({ mask, coefficient }) => ({ coefficient: -2 * coefficient, flip: 0, sign: mask }));

/** exp(−iθ·c·P/2) for each term, in CNOTs and single-qubit gates. */
export const rotationOperations = (terms: readonly PauliTerm[], wires: readonly number[], angle: Angle): Operation[] =>
  terms.flatMap(({ coefficient, flip, sign }) => {
    const bitOf = (mask: number, k: number): boolean => ((mask >> (wires.length - 1 - k)) & 1) === 1;
    const factors = wires.flatMap((wire, k) => {
      const [isFlipped, isSigned] = [bitOf(flip, k), bitOf(sign, k)];
      return isFlipped || isSigned ? [{ wire, pauli: isFlipped ? (isSigned ? "Y" : "X") : "Z" } as const] : [];
    });
    const turned = scaled(angle, coefficient);
    if (factors.length === 1) return [{ X: RX, Y: RY, Z: RZ }[factors[0].pauli].on([factors[0].wire], turned)];
    const last = factors[factors.length - 1].wire;
    const enter = factors.flatMap(({ wire, pauli }) => (pauli === "Z" ? [] : [(pauli === "X" ? H : SX).on([wire])]));
    const leave = factors.flatMap(({ wire, pauli }) => (pauli === "Z" ? [] : [(pauli === "X" ? H : SXdg).on([wire])]));
    const ladder = factors.slice(0, -1).map(({ wire }) => CNOT.on([wire, last]));
    return [...enter, ...ladder, RZ.on([last], turned), ...[...ladder].reverse(), ...leave];
  });

function bitCount(bits: number): number {
  let count = 0;
  for (let left = bits; left; left &= left - 1) count++;
  return count;
}
const isEven = (bits: number): boolean => !isOdd(bits);
