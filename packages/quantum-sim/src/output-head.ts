import type { Engine } from "./executable.ts";
import type { OutputSum } from "./hamiltonian.ts";

/** What is made of the expectation values of one circuit and sample: a function of them and its gradient. */
export interface OutputHead {
  readonly numOutputs: number;
  /** Whether the gradient does without the words. */
  readonly isLinear: boolean;
  /** outputs = f(words). */
  forward(words: Float64Array, outputs: Float64Array): void;
  /** Cotangents of the words, from those of the outputs. */
  backward(words: Float64Array, cotangent: Float64Array, wordCotangent: Float64Array): void;
}

/** Weighted sums of expectation values: Hamiltonians. */
export const sumsHead = (sums: readonly OutputSum[]): OutputHead => ({
  numOutputs: sums.length,
  isLinear: true,
  forward(words, outputs) {
    sums.forEach((terms, j) => {
      outputs[j] = terms.reduce((sum, { observable, coefficient }) => sum + coefficient * words[observable], 0);
    });
  },
  backward(_words, cotangent, wordCotangent) {
    wordCotangent.fill(0);
    sums.forEach((terms, j) => {
      for (const { observable, coefficient } of terms) wordCotangent[observable] += coefficient * cotangent[j];
    });
  },
});

/** An engine whose outputs are a head's, by the chain rule; the expectation values are in float64 whatever the precision. */
export function createHeadedEngine(engine: Engine, head: OutputHead, numWords: number, count: number): Engine {
  const words = new Float64Array(numWords);
  const outputs = new Float64Array(head.numOutputs);
  const wordCotangent = new Float64Array(numWords);
  let kept: { readonly ticket: number; readonly inner: number | undefined; readonly values: Float64Array } | undefined;
  let ticket = 0;
  const eachCircuit = (batch: number, visit: (at: number) => void): void => {
    for (let at = 0; at < batch * count; at++) visit(at);
  };
  return {
    forward(call, target, keep) {
      const values = new Float64Array(call.batch * count * numWords);
      const inner = engine.forward(call, values, keep);
      eachCircuit(call.batch, (at) => {
        words.set(values.subarray(at * numWords, (at + 1) * numWords));
        head.forward(words, outputs);
        target.set(outputs, at * head.numOutputs);
      });
      kept = keep ? { ticket: ++ticket, inner, values } : undefined;
      return kept?.ticket;
    },
    backward(call, cotangent, gradients, wanted) {
      let found = kept && wanted === kept.ticket ? kept : undefined;
      if (!found) {
        const values = new Float64Array(call.batch * count * numWords);
        const inner = head.isLinear ? undefined : engine.forward(call, values, true);
        found = { ticket: ++ticket, inner, values };
        kept = found;
      }
      const { values, inner } = found;
      const wordCotangents = new Float64Array(values.length);
      eachCircuit(call.batch, (at) => {
        words.set(values.subarray(at * numWords, (at + 1) * numWords));
        for (let j = 0; j < outputs.length; j++) outputs[j] = cotangent[at * head.numOutputs + j];
        head.backward(words, outputs, wordCotangent);
        wordCotangents.set(wordCotangent, at * numWords);
      });
      engine.backward(call, wordCotangents, gradients, inner);
    },
    close() {
      engine.close?.();
    },
  };
}
