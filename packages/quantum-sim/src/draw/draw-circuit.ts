import { checkOptions } from "repro-kit";
import type { Circuit } from "../circuit.ts";
import {
  type DiagramOptions,
  type DiagramSection,
  type GateSymbol,
  layOutCircuit,
  type PlacedOperation,
} from "./circuit-diagram.ts";

const MARKS = { control: "●", not: "⊕", swap: "×" } as const;

/**
 * The circuit as text, a line a wire: x0, x1 … are inputs, w0, w1 … weights. Equal layers are drawn once, between
 * ╎ and ╎, with their number in the first line, unless `fold` is false.
 *
 * @example drawCircuit(buildCircuit("mosaiq", { numQubits: 2, numLayers: 3 }));
 */
export function drawCircuit(circuit: Circuit, options: DiagramOptions = {}): string {
  checkOptions("drawCircuit", options, ["fold"]);
  const { numQubits } = circuit;
  const digits = String(numQubits - 1).length;
  const lines = Array.from({ length: numQubits }, (_, wire) => `${String(wire).padStart(digits)}: `);
  let header = "";
  for (const section of layOutCircuit(circuit, options)) {
    const isRepeated = section.repeats > 1;
    if (isRepeated) header = `${" ".repeat(lines[0].length + 1)}╎ ${section.repeats} times`;
    drawSection(section, numQubits).forEach((drawn, wire) => {
      lines[wire] += isRepeated ? `─╎${drawn}─╎` : drawn;
    });
  }
  const drawnWires = lines.map((line, wire) => `${line}─ ${measuredOn(circuit, wire)}`.trimEnd());
  const words = measuredWords(circuit);
  return [...(header ? [header] : []), ...drawnWires, ...(words ? [`measured: ${words}`] : [])].join("\n");
}

/** "⟨X0 Z2⟩" of the observables on several wires. */
export function measuredWords({ observables }: Circuit): string {
  const words = observables.filter(({ factors }) => factors.length > 1);
  return words.map(({ factors }) => `⟨${factors.map(({ pauli, wire }) => `${pauli}${wire}`).join(" ")}⟩`).join(", ");
}

/** "⟨Z⟩" of the single-wire observables on a wire. */
export function measuredOn({ observables }: Circuit, wire: number): string {
  const own = observables.filter(({ factors }) => factors.length === 1 && factors[0].wire === wire);
  return own.map(({ factors }) => `⟨${factors[0].pauli}⟩`).join(" ");
}

function drawSection({ placed, numColumns }: DiagramSection, numQubits: number): string[] {
  const lines = new Array<string>(numQubits).fill("");
  for (let column = 0; column < numColumns; column++) {
    const inColumn = placed.filter((one) => one.column === column);
    const cells = lines.map((_, wire) =>
      cellOf(
        inColumn.find(({ top, bottom }) => top <= wire && wire <= bottom),
        wire,
      ),
    );
    const width = Math.max(...cells.map(({ length }) => length));
    cells.forEach((cell, wire) => {
      lines[wire] += `─${cell.padEnd(width, "─")}`;
    });
  }
  return lines;
}

/** What one wire shows of a gate: the connection to its other wires, then its own symbol. */
function cellOf(one: PlacedOperation | undefined, wire: number): string {
  if (!one) return "";
  const { operation, top, bottom, symbols, label } = one;
  const k = operation.wires.indexOf(wire);
  const isAlone = top === bottom;
  if (k < 0) return "│";
  const link = isAlone ? "" : wire === top ? "╭" : wire === bottom ? "╰" : "├";
  return link + textOf(symbols[k], label);
}

const textOf = (symbol: GateSymbol, label: string): string =>
  symbol.kind === "box" ? `${symbol.name}${label ? `(${label})` : ""}` : MARKS[symbol.kind];
