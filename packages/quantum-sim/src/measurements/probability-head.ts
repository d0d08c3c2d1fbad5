import type { OutputHead } from "../output-head.ts";
import { checkProbability } from "./post-select.ts";

/** v ← Walsh–Hadamard transform of v, in place: Σ_m (−1)^{parity(x & m)} v_m. */
export function walshTransform(values: Float64Array): void {
  for (let half = 1; half < values.length; half *= 2)
    for (let block = 0; block < values.length; block += 2 * half)
      for (let x = block; x < block + half; x++) {
        const sum = values[x] + values[x + half];
        values[x + half] = values[x] - values[x + half];
        values[x] = sum;
      }
}

export interface Selection {
  /** Where the wanted probabilities stand among those of all wires that are read: one run of `size` from `first`. */
  readonly first: number;
  readonly size: number;
  /** What they are divided by: nothing, their sum, or the largest. */
  readonly divisor: "none" | "sum" | "max";
  /** Below this their sum counts as zero. */
  readonly least: number;
  /** Of messages. */
  readonly scope: string;
  readonly outcome: string;
}

/**
 * Probabilities from the expectation values of all products of Z on k wires: p_x = 2^−k Σ_m (−1)^{parity(x & m)} ⟨Z_m⟩, and what is made
 * of those that are selected.
 */
export function probabilityHead(numWords: number, selection: Selection): OutputHead {
  const { first, size, divisor, least, scope, outcome } = selection;
  const all = new Float64Array(numWords);
  /** The selected probabilities; rounding below zero is taken away. */
  const select = (words: Float64Array): Float64Array => {
    all.set(words);
    // ⟨I⟩ is known.
    all[0] = 1;
    walshTransform(all);
    return all.subarray(first, first + size).map((p) => Math.max(0, p / numWords));
  };
  const divisorOf = (selected: Float64Array): number => {
    if (divisor === "none") return 1;
    const sum = selected.reduce((total, p) => total + p, 0);
    checkProbability(scope, sum, least, outcome);
    return divisor === "sum" ? sum : selected.reduce((largest, p) => Math.max(largest, p), 0);
  };
  return {
    numOutputs: size,
    isLinear: divisor === "none",
    forward(words, outputs) {
      const selected = select(words);
      const by = divisorOf(selected);
      for (let x = 0; x < size; x++) outputs[x] = selected[x] / by;
    },
    backward(words, cotangent, wordCotangent) {
      wordCotangent.fill(0);
      const slopes = wordCotangent.subarray(first, first + size);
      if (divisor === "none") slopes.set(cotangent);
      else {
        const selected = select(words);
        const by = divisorOf(selected);
        // q = p/D: ∂L/∂p_x = (v_x − Σ_y v_y q_y ∂D/∂p_x)/D, where ∂D/∂p_x is 1 for the sum, and 1 at the largest alone for the maximum.
        const mean = selected.reduce((sum, p, x) => sum + cotangent[x] * p, 0) / by;
        for (let x = 0; x < size; x++) slopes[x] = cotangent[x] / by;
        if (divisor === "sum") for (let x = 0; x < size; x++) slopes[x] -= mean / by;
        else slopes[selected.indexOf(by)] -= mean / by;
      }
      walshTransform(wordCotangent);
      for (let m = 0; m < numWords; m++) wordCotangent[m] /= numWords;
    },
  };
}
