import { checkOptions, expect } from "repro-kit";
import type { Circuit } from "../circuit.ts";
import { type AngleStyle, fixedPoint, operationLabel } from "./angle-label.ts";
import { type DiagramSection, layOutCircuit, placeInColumns } from "./circuit-diagram.ts";
import { type MeasuredOutput, measuredOutputs, wiresOf, wordOf } from "./measured-outputs.ts";

export interface DrawTextOptions {
  /** Draw equal layers once, between ╎ and ╎, with their number above; default false. */
  readonly fold?: boolean;
  /** Digits behind the point of angles, 0 to 20; default 2. */
  readonly decimals?: number;
  /** Characters of a line, after which the drawing goes on below; default 100, Infinity for none. */
  readonly maxLength?: number;
}

/** What stands on each wire in one column, without the joint before it. */
interface Column {
  readonly cells: readonly string[];
  /** What stands above it, from its left. */
  readonly header?: string;
}

/** Of the " ···" at a line's end. */
const CONTINUED = " ···";

/**
 * The circuit as text, a line a wire, as PennyLane draws it: x0, x1 … are inputs, w0, w1 … weights, behind ┤ stand the observables.
 * Unlike there, an identity stands on its own wire only, and every wire is shown.
 *
 * @throws UsageError for an unknown option or one out of range.
 * @example console.log(drawText(buildCircuit("mosaiq", { numQubits: 2, numLayers: 3 }), { fold: true }));
 * @see Bergholm et al. 2018, arXiv:1811.04968; the format of `qml.draw` in PennyLane 0.45
 */
export function drawText(circuit: Circuit, options: DrawTextOptions = {}): string {
  checkOptions("drawText", options, ["fold", "decimals", "maxLength"]);
  const { fold = false, decimals = 2, maxLength = 100 } = options;
  const isDigits = Number.isInteger(decimals) && decimals >= 0 && decimals <= 20;
  expect(isDigits, "drawText", `decimals must be a whole number from 0 to 20; got ${decimals}.`);
  expect(maxLength >= 20, "drawText", `maxLength must be at least 20 characters; got ${maxLength}.`);
  const { numQubits } = circuit;
  const style: AngleStyle = { number: (value) => fixedPoint(value, decimals), times: "*", plus: "+", minus: "-" };
  const sections = layOutCircuit(circuit, fold);
  const gateColumns = sections.flatMap((section): Column[] => {
    const columns = columnsOf(section, numQubits, style);
    if (section.repeats === 1) return columns;
    const edge = { cells: new Array<string>(numQubits).fill("╎") };
    return [{ ...edge, header: `╎ ${section.repeats} times` }, ...columns, edge];
  });
  if (gateColumns.length === 0) gateColumns.push({ cells: new Array<string>(numQubits).fill("─") });
  const columns = [...gateColumns, ...measurementColumns(circuit, style)];

  const digits = String(numQubits - 1).length;
  const names = Array.from({ length: numQubits }, (_, wire) => `${String(wire).padStart(digits)}: `);
  const blocks: string[] = [];
  let lines = names;
  let header = "";
  const finish = (ending: string) =>
    blocks.push([...(header ? [header] : []), ...lines.map((line) => `${line}${ending}`.trimEnd())].join("\n"));
  columns.forEach(({ cells, header: above }, k) => {
    const filler = k < gateColumns.length ? "─" : " ";
    const width = Math.max(...cells.map(widthOf));
    const room = k < columns.length - 1 ? maxLength - CONTINUED.length : maxLength;
    if (widthOf(lines[0]) + width > room - 1) {
      finish(CONTINUED);
      lines = names.map((name) => `${name}··· `);
      header = "";
    }
    if (above) header = `${header.padEnd(widthOf(lines[0]) + 1)}${above}`;
    const ending = k === gateColumns.length - 1 ? "─┤" : "";
    lines = lines.map((line, wire) => `${line}${filler}${cells[wire]}${filler.repeat(width - widthOf(cells[wire]))}${ending}`);
  });
  finish("");
  return blocks.join("\n\n");
}

function columnsOf({ placed, numColumns }: DiagramSection, numQubits: number, style: AngleStyle): Column[] {
  const columns = Array.from({ length: numColumns }, () => new Array<string>(numQubits).fill("─"));
  for (const { operation, column, symbols } of placed) {
    const label = operationLabel(operation, style, ",");
    const texts = symbols.map(({ mark, name, suffix }) =>
      mark === "box" && label ? `${name}(${label})${suffix}` : name + suffix,
    );
    write(columns[column], operation.wires, texts);
  }
  return columns.map((cells) => ({ cells }));
}

/** The observables in columns, as far to the left as they go. */
function measurementColumns(circuit: Circuit, style: AngleStyle): Column[] {
  const { numQubits } = circuit;
  const outputs = measuredOutputs(circuit).filter((output) => wiresOf(output).length > 0);
  const wireSets = outputs.map(wiresOf);
  const spans = placeInColumns(wireSets, numQubits);
  const numColumns = 1 + Math.max(-1, ...spans.map(({ column }) => column));
  const columns = Array.from({ length: numColumns }, () => new Array<string>(numQubits).fill(" "));
  outputs.forEach((output, k) => {
    const text = `<${outputLabel(output, style)}>`;
    write(
      columns[spans[k].column],
      wireSets[k],
      wireSets[k].map(() => text),
    );
  });
  return columns.map((cells) => ({ cells }));
}

/** In characters: 𝓗 is one, though it takes two units of a string. */
const widthOf = (text: string): number => [...text].length;

/** Terms of a Hamiltonian whose coefficients are shown. */
const MOST_COEFFICIENTS = 3;

function outputLabel(output: MeasuredOutput, style: AngleStyle): string {
  const word = wordOf(output);
  if (word) return word.factors.map(({ pauli }) => pauli).join("@");
  return output.length > MOST_COEFFICIENTS ? "𝓗" : `𝓗(${output.map(({ coefficient }) => style.number(coefficient)).join(",")})`;
}

/** Puts texts on wires of a column, joined by ╭ ├ ╰ and, on the wires between them, │. */
function write(cells: string[], wires: readonly number[], texts: readonly string[]): void {
  const top = Math.min(...wires);
  const bottom = Math.max(...wires);
  for (let wire = top; wire <= bottom && top < bottom; wire++)
    cells[wire] = wire === top ? "╭" : wire === bottom ? "╰" : wires.includes(wire) ? "├" : "│";
  wires.forEach((wire, k) => {
    cells[wire] += texts[k];
  });
}
