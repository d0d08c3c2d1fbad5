import { expect } from "repro-kit";
import type { Observable } from "../observable.ts";
import { expectProbability } from "./channel.ts";

/** Errors of reading one qubit. */
export interface ReadoutError {
  /** P(read 1 | it is 0). */
  readonly p1given0: number;
  /** P(read 0 | it is 1). */
  readonly p0given1: number;
}

/** A readout error, checked; `readoutError(e)` is the symmetric one. */
export function readoutError(p1given0: number, p0given1 = p1given0): ReadoutError {
  expectProbability("readoutError", "p1given0", p1given0);
  expectProbability("readoutError", "p0given1", p0given1);
  return { p1given0, p0given1 };
}

/** Applies [[a, b], [c, d]] to the distribution of every wire that has one. */
function applyTensored(
  values: ArrayLike<number>,
  errors: readonly (ReadoutError | undefined)[],
  matrixOf: (error: ReadoutError) => readonly [number, number, number, number],
): Float64Array {
  const out = Float64Array.from(values);
  const n = errors.length;
  expect(out.length === 2 ** n, "readout", `probabilities must be [2^${n}], one error a wire; got ${out.length}.`);
  expect(out.every(Number.isFinite), "readout", "probabilities must be finite; divide counts by the number of shots.");
  errors.forEach((error, wire) => {
    if (!error) return;
    const [a, b, c, d] = matrixOf(error);
    const half = 2 ** (n - 1 - wire);
    for (let block = 0; block < out.length; block += 2 * half)
      for (let x = block; x < block + half; x++) {
        const [p, q] = [out[x], out[x + half]];
        out[x] = a * p + b * q;
        out[x + half] = c * p + d * q;
      }
  });
  return out;
}

/** Probabilities of what is read, [2^n], from those of what is there; `errors` has an entry a wire. */
export const confuseProbabilities = (
  probabilities: ArrayLike<number>,
  errors: readonly (ReadoutError | undefined)[],
): Float64Array => applyTensored(probabilities, errors, ({ p1given0: e0, p0given1: e1 }) => [1 - e0, e1, e0, 1 - e1]);

/**
 * Readout mitigation: the inverse of the tensored confusion matrices, then the nearest probabilities in the least squares
 * sense (projection onto the simplex, O(N log N)).
 *
 * @throws UsageError if a wire reads at random (p1given0 + p0given1 = 1), which cannot be undone.
 * @see Smolin, Gambetta & Smith 2012, arXiv:1106.5458
 */
export function mitigateReadout(read: ArrayLike<number>, errors: readonly (ReadoutError | undefined)[]): Float64Array {
  errors.forEach((error, wire) => {
    const contrast = error ? 1 - error.p1given0 - error.p0given1 : 1;
    expect(
      Math.abs(contrast) > 1e-6,
      "mitigateReadout",
      `wire ${wire} reads at random (p1given0 + p0given1 = 1); its outcome says nothing.`,
    );
  });
  const inverted = applyTensored(read, errors, ({ p1given0: e0, p0given1: e1 }) => {
    const contrast = 1 - e0 - e1;
    return [(1 - e1) / contrast, -e1 / contrast, -e0 / contrast, (1 - e0) / contrast];
  });
  return nearestProbabilities(inverted);
}

/** argmin_p Σ (p − v)² over p ≥ 0 with Σ p = 1. */
export function nearestProbabilities(values: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(values).sort().reverse();
  let sum = 0;
  let shift = 0;
  for (let k = 0; k < sorted.length; k++) {
    sum += sorted[k];
    const candidate = (sum - 1) / (k + 1);
    if (sorted[k] > candidate) shift = candidate;
  }
  return Float64Array.from(values, (value) => Math.max(0, value - shift));
}

/** An observable as read with errors: Σ coefficient·word, since a Z reads as (e1 − e0) + (1 − e0 − e1)·Z. The empty word is the identity. */
export function readObservable(
  { factors }: Observable,
  errors: readonly (ReadoutError | undefined)[],
): { readonly coefficient: number; readonly word: Observable }[] {
  let terms: { coefficient: number; factors: Observable["factors"] }[] = [{ coefficient: 1, factors: [] }];
  for (const factor of factors) {
    const error = errors[factor.wire];
    const contrast = error ? 1 - error.p1given0 - error.p0given1 : 1;
    const offset = error ? error.p0given1 - error.p1given0 : 0;
    terms = terms.flatMap((term) => [
      { coefficient: contrast * term.coefficient, factors: [...term.factors, factor] },
      ...(offset === 0 ? [] : [{ ...term, coefficient: offset * term.coefficient }]),
    ]);
  }
  return terms.map(({ coefficient, factors: kept }) => ({ coefficient, word: { factors: kept } }));
}
