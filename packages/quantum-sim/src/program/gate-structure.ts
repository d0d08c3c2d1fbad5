import type { ComplexMatrix } from "../complex-matrix.ts";
import type { Gate, ParityTerm } from "../gate.ts";
import type { LocalPair } from "./primitive.ts";

/** How a gate can be carried out, told by its matrices alone, so that a gate of one's own is treated like a built-in one. */
export type GateStructure =
  /** diag e^{i·angle·Σ coefficient·χ}; without angle the angle is 1. */
  | { readonly kind: "diagonal"; readonly terms: readonly ParityTerm[] }
  /** Phases as above, then a permutation with signs. */
  | {
      readonly kind: "monomial";
      readonly terms: readonly ParityTerm[];
      readonly targets: readonly number[];
      readonly signs: readonly number[];
    }
  /** exp(−iθG/2) with G between pairs of basis states. */
  | { readonly kind: "pairs"; readonly pairs: readonly LocalPair[]; readonly flip: number; readonly isY: boolean }
  | { readonly kind: "dense" };

/** Entries of unitary matrices below this are zero: rounding of a few products. */
const ZERO = 1e-12;
/** Entries of a matrix at an angle: rounding of its sines and cosines. */
const CLOSE = 1e-10;
/** Angles at which a generator is tried: generic ones. */
const PROBES = [0.731, 2.113, -3.907];
/** Wires up to which matrices are analysed; beyond, a gate must say what it is (`phases`, `decomposition`, `controlled`). */
export const MOST_ANALYSED_WIRES = 6;

/** Parities beyond which phases under controls are left to the gate that is controlled. */
const MOST_TERMS = 32;

const known = new WeakMap<Gate, GateStructure>();

/** The structure of a gate; found once for each gate. */
export function structureOf(gate: Gate): GateStructure {
  const found = known.get(gate);
  if (found) return found;
  const structure = analyse(gate);
  known.set(gate, structure);
  return structure;
}

function analyse(gate: Gate): GateStructure {
  if (gate.phases && (!gate.controlled || gate.phases.length <= MOST_TERMS)) return { kind: "diagonal", terms: gate.phases };
  if (gate.numWires > MOST_ANALYSED_WIRES) return controlledPairs(gate) ?? { kind: "dense" };
  if (gate.numAngles === 0) return fixedStructure(gate.matrix([])) ?? { kind: "dense" };
  if (gate.numAngles > 1) return { kind: "dense" };
  const G = generatorOf(gate);
  const structure = G && rotationStructure(G);
  return structure && isGeneratedBy(G, gate) ? structure : { kind: "dense" };
}

/** The pairs of a controlled rotation: those of the rotation, in the last basis states. */
function controlledPairs({ controlled, numWires }: Gate): GateStructure | undefined {
  if (!controlled) return undefined;
  const base = structureOf(controlled.gate);
  if (base.kind !== "pairs") return undefined;
  const corner = 2 ** numWires - 2 ** controlled.gate.numWires;
  return { ...base, pairs: base.pairs.map(({ state, sign }) => ({ state: corner + state, sign })) };
}

/** Phase and row of the one entry of each column, or undefined. */
function fixedStructure({ dim, re, im }: ComplexMatrix): GateStructure | undefined {
  const targets: number[] = [];
  const phases: number[] = [];
  for (let column = 0; column < dim; column++) {
    let row = -1;
    for (let r = 0; r < dim; r++) {
      const at = r * dim + column;
      if (Math.abs(re[at]) + Math.abs(im[at]) <= ZERO) continue;
      if (row >= 0) return undefined;
      row = r;
    }
    if (row < 0) return undefined;
    targets.push(row);
    phases.push(Math.atan2(im[row * dim + column], re[row * dim + column]));
  }
  const isReal = phases.every((phase) => Math.abs(Math.sin(phase)) <= ZERO);
  if (isReal) {
    const signs = phases.map((phase) => (Math.cos(phase) < 0 ? -1 : 1));
    return { kind: "monomial", terms: [], targets, signs };
  }
  const terms = parityTerms(phases);
  return targets.every((target, x) => target === x)
    ? { kind: "diagonal", terms }
    : { kind: "monomial", terms, targets, signs: targets.map(() => 1) };
}

/** 2i·∂U/∂θ at θ = 0, which is the G of a gate exp(−iθG/2); undefined if U(0) is not the identity. */
function generatorOf(gate: Gate): ComplexMatrix | undefined {
  const start = gate.matrix([0]);
  const isIdentity = start.re.every((x, i) => Math.abs(x - (i % (start.dim + 1) === 0 ? 1 : 0)) <= ZERO);
  if (!isIdentity || start.im.some((x) => Math.abs(x) > ZERO)) return undefined;
  const { dim, re, im } = gate.derivative([0], 0);
  return { dim, re: im.map((x) => -2 * x), im: re.map((x) => 2 * x) };
}

const isEntry = ({ re, im }: ComplexMatrix, i: number, real: number, imaginary: number): boolean =>
  Math.abs(re[i] - real) <= CLOSE && Math.abs(im[i] - imaginary) <= CLOSE;

const isZero = ({ re, im }: ComplexMatrix, i: number): boolean => re[i] === 0 && im[i] === 0;

/**
 * Whether U(θ) = exp(−iθG/2) and its derivative are what a G says that is diagonal or has G² = 1 on the states that it moves: at some
 * angles, entry by entry.
 */
function isGeneratedBy(G: ComplexMatrix, gate: Gate): boolean {
  const { dim } = G;
  const isMoved = Array.from({ length: dim }, (_, x) => {
    for (let y = 0; y < dim; y++) if (y !== x && Math.abs(G.re[y * dim + x]) + Math.abs(G.im[y * dim + x]) > ZERO) return true;
    return false;
  });
  return PROBES.every((theta) => {
    const U = gate.matrix([theta]);
    const slope = gate.derivative([theta], 0);
    const half = theta / 2;
    const [c, s] = [Math.cos(half), Math.sin(half)];
    for (let i = 0; i < dim * dim; i++) {
      const x = i % dim;
      const isDiagonal = i % (dim + 1) === 0;
      // Most entries of a large matrix.
      if (!isDiagonal && isZero(U, i) && isZero(slope, i) && isZero(G, i)) continue;
      let isAsSaid: boolean;
      if (!isMoved[x]) {
        const g = isDiagonal ? G.re[i] : 0;
        const one = isDiagonal ? 1 : 0;
        const [cosine, sine] = [one * Math.cos(g * half), one * Math.sin(g * half)];
        isAsSaid = isEntry(U, i, cosine, -sine) && isEntry(slope, i, (-g / 2) * sine, (-g / 2) * cosine);
      } else if (isDiagonal) isAsSaid = isEntry(U, i, c, 0) && isEntry(slope, i, -s / 2, 0);
      else isAsSaid = isEntry(U, i, s * G.im[i], -s * G.re[i]) && isEntry(slope, i, (c / 2) * G.im[i], (-c / 2) * G.re[i]);
      if (!isAsSaid) return false;
    }
    return true;
  });
}

function rotationStructure({ dim, re, im }: ComplexMatrix): GateStructure | undefined {
  const entries: number[] = [];
  for (let i = 0; i < re.length; i++) if (i % (dim + 1) !== 0 && Math.abs(re[i]) + Math.abs(im[i]) > ZERO) entries.push(i);
  const eigenvalues = Array.from({ length: dim }, (_, x) => re[x * (dim + 1)]);
  if (entries.length === 0) return { kind: "diagonal", terms: parityTerms(eigenvalues.map((g) => -g / 2)) };
  if (eigenvalues.some((g) => Math.abs(g) > ZERO)) return undefined;
  const flip = Math.floor(entries[0] / dim) ^ (entries[0] % dim);
  const isY = Math.abs(im[entries[0]]) > ZERO;
  const pairs: LocalPair[] = [];
  for (const entry of entries) {
    const row = Math.floor(entry / dim);
    const column = entry % dim;
    const [value, other] = isY ? [im[entry], re[entry]] : [re[entry], im[entry]];
    if ((row ^ column) !== flip || Math.abs(Math.abs(value) - 1) > CLOSE || Math.abs(other) > ZERO) return undefined;
    if (column < row) pairs.push({ state: column, sign: value > 0 ? 1 : -1 });
  }
  return { kind: "pairs", pairs, flip, isY };
}

/** a_m of f(x) = Σ_m a_m·(−1)^{parity(m & x)}, those that are not zero. */
export function parityTerms(values: readonly number[]): ParityTerm[] {
  const parity = (bits: number): number => {
    let odd = 0;
    for (let left = bits; left; left &= left - 1) odd ^= 1;
    return odd;
  };
  return values.flatMap((_, mask) => {
    const sum = values.reduce((total, value, x) => total + (parity(mask & x) ? -value : value), 0);
    const coefficient = sum / values.length;
    return Math.abs(coefficient) > ZERO ? [{ mask, coefficient }] : [];
  });
}
