import type { Circuit } from "../circuit.ts";
import type { Observable } from "../observable.ts";

/** What one output of a circuit is: a Pauli word, or a weighted sum of words. */
export type MeasuredOutput = readonly { readonly coefficient: number; readonly word: Observable }[];

/** The outputs of a circuit as sums of words. */
export const measuredOutputs = ({ observables, outputs }: Circuit): MeasuredOutput[] =>
  outputs?.map((terms) => terms.map(({ observable, coefficient }) => ({ coefficient, word: observables[observable] }))) ??
  observables.map((word) => [{ coefficient: 1, word }]);

/** The word of an output that is one. */
export const wordOf = (output: MeasuredOutput): Observable | undefined =>
  output.length === 1 && output[0].coefficient === 1 ? output[0].word : undefined;

/** The wires that an output is measured on, in order. */
export const wiresOf = (output: MeasuredOutput): number[] =>
  [...new Set(output.flatMap(({ word }) => word.factors.map(({ wire }) => wire)))].sort((a, b) => a - b);
