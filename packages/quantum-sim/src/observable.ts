import { expect } from "repro-kit";

export type Pauli = "X" | "Y" | "Z";

/** A tensor product of Pauli matrices; wires that are not named carry the identity. */
export interface Observable {
  readonly factors: readonly { readonly pauli: Pauli; readonly wire: number }[];
}

/**
 * A Pauli word from its text: `pauliWord("X0 Z2")` is X on wire 0 times Z on wire 2.
 *
 * @throws UsageError if the text is not such a word or names a wire twice.
 */
export function pauliWord(text: string): Observable {
  const factors = text
    .trim()
    .split(/\s+/)
    .map((factor) => {
      const match = /^([XYZ])(\d+)$/.exec(factor);
      expect(
        match,
        "pauliWord",
        `expected factors like "X0 Z2"; got "${text}". Write X, Y or Z and the wire, separated by spaces.`,
      );
      return { pauli: match[1] as Pauli, wire: Number(match[2]) }; // the pattern admits X, Y and Z only
    });
  const wires = new Set(factors.map(({ wire }) => wire));
  expect(
    wires.size === factors.length,
    "pauliWord",
    `expected each wire once; got "${text}". Multiply the factors of one wire first.`,
  );
  return { factors };
}

/** One Pauli on each wire: [P₀, P₁, …]. */
export const pauliOnEach = (pauli: Pauli, numQubits: number): Observable[] =>
  Array.from({ length: numQubits }, (_, wire) => ({ factors: [{ pauli, wire }] }));

/**
 * A Pauli word as masks over basis indices (wire 0 = most significant bit):
 * P|x⟩ = i^numY · (−1)^{parity(x & sign)} |x ⊕ flip⟩.
 */
export interface PauliMasks {
  readonly flip: number;
  readonly sign: number;
  readonly numY: number;
}

export function pauliMasks({ factors }: Observable, numQubits: number): PauliMasks {
  let flip = 0;
  let sign = 0;
  for (const { pauli, wire } of factors) {
    const bit = 1 << (numQubits - 1 - wire);
    if (pauli !== "Z") flip |= bit;
    if (pauli !== "X") sign |= bit;
  }
  return { flip, sign, numY: factors.filter(({ pauli }) => pauli === "Y").length };
}
