import { expect } from "repro-kit";
import { type Observable, pauliWord } from "./observable.ts";

/** H = Σ coefficient·word, a weighted sum of Pauli words; a word without factors is the identity. */
export interface Hamiltonian {
  readonly terms: readonly { readonly coefficient: number; readonly word: Observable }[];
}

/** One output of a circuit as a weighted sum of the expectation values of its observables. */
export type OutputSum = readonly { readonly observable: number; readonly coefficient: number }[];

const IDENTITY: Observable = { factors: [] };

/**
 * A Hamiltonian from its terms: `hamiltonian([[0.5, "X0 X1"], [-1, "Z0"], [2, "I"]])`.
 *
 * @param terms - Real coefficients and Pauli words; "I" is the identity.
 * @throws UsageError if a coefficient is not finite, a word is none, or there are no terms.
 */
export function hamiltonian(terms: Iterable<readonly [coefficient: number, word: string | Observable]>): Hamiltonian {
  const read = [...terms].map(([coefficient, word]) => {
    expect(Number.isFinite(coefficient), "hamiltonian", `coefficients must be finite numbers; got ${coefficient}.`);
    return { coefficient, word: typeof word === "string" ? wordOf(word) : word };
  });
  expect(read.length > 0, "hamiltonian", "expected at least one term; got none.");
  return { terms: read };
}

/** What may stand where something is measured: the text of a Pauli word, a word, or a weighted sum of words. */
export type Measurable = string | Observable | Hamiltonian;

const wordOf = (text: string): Observable => (/^\s*I\s*$/.test(text) ? IDENTITY : pauliWord(text));

const isSum = (one: Measurable): one is Hamiltonian => typeof one !== "string" && "terms" in one;

/** A weighted sum of words, whatever was given. */
export function toHamiltonian(one: Measurable): Hamiltonian {
  if (isSum(one)) return one;
  return { terms: [{ coefficient: 1, word: typeof one === "string" ? wordOf(one) : one }] };
}

/** The words to measure, each once, and the sums of them that are wanted; without sums where every one is a word. */
export function collectWords(measured: readonly Measurable[]): {
  readonly observables: readonly Observable[];
  readonly outputs?: readonly OutputSum[];
} {
  if (!measured.some(isSum)) return { observables: measured.flatMap((one) => toHamiltonian(one).terms.map(({ word }) => word)) };
  const indices = new Map<string, number>();
  const observables: Observable[] = [];
  const indexOf = (word: Observable): number => {
    const key = wordText(word);
    const found = indices.get(key);
    if (found !== undefined) return found;
    indices.set(key, observables.length);
    return observables.push(word) - 1;
  };
  const outputs = measured.map((one) =>
    toHamiltonian(one).terms.map(({ coefficient, word }) => ({ observable: indexOf(word), coefficient })),
  );
  return { observables, outputs };
}

/** "X0 Z2", in the order of the wires; "I" for the identity. */
function wordText({ factors }: Observable): string {
  const sorted = [...factors].sort((a, b) => a.wire - b.wire);
  return sorted.map(({ pauli, wire }) => `${pauli}${wire}`).join(" ") || "I";
}
