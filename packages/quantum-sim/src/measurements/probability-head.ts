import type { OutputHead } from "../output-head.ts";
import { checkProbability } from "./post-select.ts";

/** v ← Walsh–Hadamard transform of v, in place: Σ_m (−1)^{parity(x & m)} v_m. */
function walshTransform(values: Float64Array): void {
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
  /** The selected probabilities: a part of `all`. */
  const selected = all.subarray(first, first + size);
  const select = (words: Float64Array): void => {
    all.set(words);
    // ⟨I⟩ is known.
    all[0] = 1;
    walshTransform(all);
    // Rounding below zero is taken away.
    for (let x = 0; x < size; x++) selected[x] = Math.max(0, selected[x] / numWords);
  };
  /** What the selected probabilities are divided by. */
  const divisorOf = (): number => {
    if (divisor === "none") return 1;
    let sum = 0;
    let largest = 0;
    for (let x = 0; x < size; x++) {
      sum += selected[x];
      largest = Math.max(largest, selected[x]);
    }
    checkProbability(scope, sum, least, outcome);
    return divisor === "sum" ? sum : largest;
  };
  return {
    numOutputs: size,
    isLinear: divisor === "none",
    forward(words, outputs) {
      select(words);
      const by = divisorOf();
      for (let x = 0; x < size; x++) outputs[x] = selected[x] / by;
    },
    backward(words, cotangent, wordCotangent) {
      wordCotangent.fill(0);
      let by = 1;
      if (divisor !== "none") {
        // q = p/D: ∂L/∂p_x = (v_x − Σ_y v_y q_y ∂D/∂p_x)/D, where ∂D/∂p_x is 1 for the sum, and 1 at the largest alone for the maximum.
        select(words);
        by = divisorOf();
        let mean = 0;
        for (let x = 0; x < size; x++) mean += (cotangent[x] * selected[x]) / by;
        if (divisor === "sum") for (let x = 0; x < size; x++) wordCotangent[first + x] = -mean;
        else wordCotangent[first + selected.indexOf(by)] = -mean;
      }
      const factor = 1 / (by * numWords);
      for (let x = 0; x < size; x++) wordCotangent[first + x] = (wordCotangent[first + x] + cotangent[x]) * factor;
      walshTransform(wordCotangent);
    },
  };
}
