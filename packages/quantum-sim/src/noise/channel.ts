import { symmetricEigen } from "array-kernels";
import { expect } from "repro-kit";
import { adjoint, type ComplexMatrix, matrix, multiply, scale } from "../complex-matrix.ts";

/** A physical map ρ ← Σ K ρ K† on some wires, by its Kraus operators. */
export interface Channel {
  readonly name: string;
  readonly numWires: number;
  /** [2^numWires, 2^numWires] each; the first wire is the most significant bit. */
  readonly kraus: readonly ComplexMatrix[];
  /** Probabilities of the Kraus operators where these are multiples of unitaries, so that no state changes them. */
  readonly mixture?: readonly number[];
  on(wires: readonly number[]): ChannelOperation;
}

/** A channel placed on wires. */
export interface ChannelOperation {
  readonly channel: Channel;
  readonly wires: readonly number[];
}

/** Of entries given with seven digits. */
const PHYSICAL_TOLERANCE = 1e-6;

/**
 * A channel from its Kraus operators; those that are zero are left out.
 *
 * @throws UsageError if their shapes differ or Σ K†K is not the identity (to 1e-6).
 */
export function krausChannel(name: string, operators: readonly ComplexMatrix[]): Channel {
  expect(operators.length > 0, name, "needs at least one Kraus operator; got none.");
  const { dim } = operators[0];
  const numWires = Math.log2(dim);
  const isShape =
    Number.isInteger(numWires) && numWires >= 1 && operators.every((one) => one.dim === dim && one.re.length === dim * dim);
  expect(
    isShape,
    name,
    `Kraus operators must be square of one size 2^k; got sizes ${operators.map((one) => one.dim).join(", ")}.`,
  );
  const effects = operators.map(effectOf);
  let distance = 0;
  for (let i = 0; i < dim * dim; i++) {
    const re = effects.reduce((sum, E) => sum + E.re[i], 0) - (i % (dim + 1) === 0 ? 1 : 0);
    const im = effects.reduce((sum, E) => sum + E.im[i], 0);
    distance = Math.max(distance, Math.hypot(re, im) || (Number.isNaN(re + im) ? Number.POSITIVE_INFINITY : 0));
  }
  expect(
    distance < PHYSICAL_TOLERANCE,
    name,
    `is not a physical channel: Σ K†K must be the identity and differs from it by ${distance}. Rescale the Kraus operators.`,
  );
  const kept = operators.filter((_, k) => effects[k].re.some((x) => Math.abs(x) > 1e-300));
  const weights = kept.map((K) => effectOf(K).re[0]);
  const isMixture = kept.every((K, k) => isMultipleOfIdentity(effectOf(K), weights[k]));
  const channel: Channel = {
    name,
    numWires,
    kraus: kept,
    ...(isMixture ? { mixture: weights } : {}),
    on(wires) {
      const areWires = wires.length === numWires && wires.every((wire) => Number.isInteger(wire) && wire >= 0);
      expect(areWires, name, `acts on ${numWires} wire${numWires === 1 ? "" : "s"}; got [${wires.join(", ")}].`);
      expect(new Set(wires).size === wires.length, name, `needs different wires; got [${wires.join(", ")}].`);
      return { channel, wires };
    },
  };
  return channel;
}

/** K†K, whose expectation value is the probability of K. */
export const effectOf = (K: ComplexMatrix): ComplexMatrix => multiply(adjoint(K), K);

/** The smallest eigenvalue of a Hermitian matrix; the real symmetric [[Re, −Im], [Im, Re]] has the same, each twice. */
export function smallestEigenvalue({ dim, re, im }: ComplexMatrix): number {
  const real = new Float64Array(4 * dim * dim);
  for (let i = 0; i < dim; i++)
    for (let j = 0; j < dim; j++) {
      real[i * 2 * dim + j] = real[(dim + i) * 2 * dim + dim + j] = re[i * dim + j];
      real[(dim + i) * 2 * dim + j] = im[i * dim + j];
      real[i * 2 * dim + dim + j] = -im[i * dim + j];
    }
  return symmetricEigen(real, 2 * dim).values[0];
}

function isMultipleOfIdentity({ dim, re, im }: ComplexMatrix, factor: number): boolean {
  return re.every((x, i) => Math.hypot(x - (i % (dim + 1) === 0 ? factor : 0), im[i]) < 1e-12);
}

/** B after A on the same wires: the products of their Kraus operators. */
export function composeChannels(name: string, A: Channel, B: Channel): Channel {
  return krausChannel(
    name,
    B.kraus.flatMap((K) => A.kraus.map((L) => multiply(K, L))),
  );
}

const PAULI_MATRICES = {
  I: matrix([1, 0, 0, 1]),
  X: matrix([0, 1, 1, 0]),
  Y: matrix([0, 0, 0, 0], [0, -1, 1, 0]),
  Z: matrix([1, 0, 0, -1]),
};

/** A ⊗ B. */
export function kronecker(A: ComplexMatrix, B: ComplexMatrix): ComplexMatrix {
  const dim = A.dim * B.dim;
  const re = new Float64Array(dim * dim);
  const im = new Float64Array(dim * dim);
  for (let i = 0; i < dim; i++)
    for (let j = 0; j < dim; j++) {
      const a = Math.floor(i / B.dim) * A.dim + Math.floor(j / B.dim);
      const b = (i % B.dim) * B.dim + (j % B.dim);
      re[i * dim + j] = A.re[a] * B.re[b] - A.im[a] * B.im[b];
      im[i * dim + j] = A.re[a] * B.im[b] + A.im[a] * B.re[b];
    }
  return { dim, re, im };
}

/** The matrix of a word such as "XZ", one letter of I, X, Y, Z a wire. */
export const pauliMatrix = (word: string): ComplexMatrix =>
  [...word].map((letter) => PAULI_MATRICES[letter as keyof typeof PAULI_MATRICES]).reduce(kronecker);

/**
 * Pauli words with probabilities, `{ X: 0.01, Z: 0.02 }` or `{ XX: 0.1, IZ: 0.2 }`; what is left of 1 belongs to the identity.
 *
 * @throws UsageError if a word is malformed or the probabilities are not between 0 and 1 with a sum of at most 1.
 */
export function pauliChannel(probabilities: Readonly<Record<string, number>>, name = "PauliChannel"): Channel {
  const words = Object.keys(probabilities);
  const numWires = words[0]?.length ?? 1;
  for (const word of words)
    expect(
      /^[IXYZ]+$/.test(word) && word.length === numWires,
      name,
      `words must be of I, X, Y, Z and one length; got "${word}".`,
    );
  const values = words.map((word) => probabilities[word]);
  for (const value of values) expectProbability(name, "a probability", value);
  const total = values.reduce((sum, value) => sum + value, 0);
  expect(total <= 1 + 1e-12, name, `probabilities must sum to at most 1; got ${total}.`);
  const identity = "I".repeat(numWires);
  const all = new Map(words.map((word) => [word, probabilities[word]]));
  all.set(identity, (all.get(identity) ?? 0) + Math.max(0, 1 - total));
  // The identity first: where a word is drawn, it is what most draws give.
  const ordered = [identity, ...words.filter((word) => word !== identity)];
  return krausChannel(
    name,
    ordered.map((word) => scale(Math.sqrt(all.get(word) ?? 0), pauliMatrix(word))),
  );
}

/** @throws UsageError if the value is outside [0, 1] or no number. */
export function expectProbability(scope: string, what: string, value: number): void {
  expect(value >= 0 && value <= 1, scope, `${what} must lie in [0, 1]; got ${value}.`);
}
