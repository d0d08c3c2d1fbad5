import type { Circuit } from "../circuit.ts";
import type { Observable } from "../observable.ts";
import { type MeasuredOutput, measuredOutputs, wordOf } from "./measured-outputs.ts";

/** "⟨X0 Z2⟩, ⟨0.5 X0 − Z1 + 2⟩": the outputs that are not measured on one wire alone. */
export function measuredWords(circuit: Circuit): string {
  const outputs = measuredOutputs(circuit).filter((output) => wordOf(output)?.factors.length !== 1);
  return outputs.map((output) => `⟨${sumText(output)}⟩`).join(", ");
}

/** "⟨Z⟩" of the single-wire observables on a wire. */
export function measuredOn(circuit: Circuit, wire: number): string {
  const words = measuredOutputs(circuit).flatMap((output) => wordOf(output) ?? []);
  const own = words.filter(({ factors }) => factors.length === 1 && factors[0].wire === wire);
  return own.map(({ factors }) => `⟨${factors[0].pauli}⟩`).join(" ");
}

const wordText = ({ factors }: Observable): string => factors.map(({ pauli, wire }) => `${pauli}${wire}`).join(" ");

function sumText(output: MeasuredOutput): string {
  return output
    .map(({ coefficient, word }, k) => {
      const size = Math.abs(coefficient);
      const number = String(Number(size.toPrecision(3)));
      const text = word.factors.length === 0 ? number : `${size === 1 ? "" : `${number} `}${wordText(word)}`;
      return k === 0 ? `${coefficient < 0 ? "−" : ""}${text}` : `${coefficient < 0 ? "−" : "+"} ${text}`;
    })
    .join(" ");
}
