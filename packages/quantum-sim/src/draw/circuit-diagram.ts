import type { Angle } from "../angle.ts";
import type { Circuit } from "../circuit.ts";
import type { Operation } from "../gate.ts";
import { SWAP, X, Z } from "../gates/index.ts";

/** What a gate shows on one of its wires. */
export type GateSymbol = { readonly kind: "control" | "not" | "swap" } | { readonly kind: "box"; readonly name: string };

export interface PlacedOperation {
  readonly operation: Operation;
  readonly column: number;
  /** From the topmost to the bottommost wire: no other gate of the column lies between. */
  readonly top: number;
  readonly bottom: number;
  /** One for each wire of the operation. */
  readonly symbols: readonly GateSymbol[];
  /** The angles, "x0, 2·w1 + 0.3"; empty without angles. */
  readonly label: string;
}

/** Columns of gates that are drawn once and act `repeats` times, with other weights each time. */
export interface DiagramSection {
  readonly placed: readonly PlacedOperation[];
  readonly numColumns: number;
  readonly repeats: number;
}

export interface DiagramOptions {
  /** Draw equal layers once, with their number; default true. */
  readonly fold?: boolean;
}

/** The gates of a circuit in columns, as far to the left as the order on each wire allows. */
export function layOutCircuit(circuit: Circuit, { fold = true }: DiagramOptions = {}): DiagramSection[] {
  const { operations } = circuit;
  const { start, length, repeats } = fold ? findRepetition(operations) : { start: operations.length, length: 0, repeats: 1 };
  return [
    section(circuit, operations.slice(0, start), 1),
    section(circuit, operations.slice(start, start + length), repeats),
  ].filter(({ placed }) => placed.length > 0);
}

function section({ numQubits }: Circuit, operations: readonly Operation[], repeats: number): DiagramSection {
  const nextColumn = new Array<number>(numQubits).fill(0);
  const placed = operations.map((operation) => {
    const top = Math.min(...operation.wires);
    const bottom = Math.max(...operation.wires);
    const column = Math.max(...nextColumn.slice(top, bottom + 1));
    nextColumn.fill(column + 1, top, bottom + 1);
    return { operation, column, top, bottom, symbols: symbolsOf(operation), label: operation.angles.map(angleLabel).join(", ") };
  });
  return { placed, numColumns: Math.max(...nextColumn), repeats };
}

function symbolsOf({ gate, wires }: Operation): GateSymbol[] {
  const { gate: base, numControls } = gate.controlled ?? { gate, numControls: 0 };
  return wires.map((_, k): GateSymbol => {
    if (k < numControls || (numControls > 0 && base === Z)) return { kind: "control" };
    if (numControls > 0 && base === X) return { kind: "not" };
    return base === SWAP ? { kind: "swap" } : { kind: "box", name: base.name };
  });
}

function angleLabel(angle: Angle): string {
  if (typeof angle === "number") return round(angle);
  const { scale = 1, shift = 0 } = angle;
  const name = "weight" in angle ? `w${angle.weight}` : `x${angle.input}`;
  const scaled = scale === 1 ? name : scale === -1 ? `−${name}` : `${round(scale)}·${name}`;
  return shift === 0 ? scaled : `${scaled} ${shift < 0 ? "−" : "+"} ${round(Math.abs(shift))}`;
}

const round = (value: number): string => String(Number(value.toPrecision(3))).replace("-", "−");

/**
 * The longest end of the list that is one block over and over, as [start, start + length·repeats). Gates on the same
 * wires with the same kinds of angle count as equal.
 */
export function findRepetition(operations: readonly Operation[]): { start: number; length: number; repeats: number } {
  const total = operations.length;
  const keys = operations.map(({ gate, wires, angles }) => [gate.name, wires, angles.map(kindOf)].join("|"));
  let best = { start: total, length: 0, repeats: 1 };
  for (let length = 1; 2 * length <= total; length++) {
    let same = total - length;
    while (same > 0 && keys[same - 1] === keys[same - 1 + length]) same--;
    const repeats = Math.floor((total - same) / length);
    const start = total - repeats * length;
    if (repeats >= 2 && start < best.start) best = { start, length, repeats };
  }
  return best;
}

/** Weights may differ between repetitions; inputs and constants may not. */
const kindOf = (angle: Angle): string =>
  typeof angle === "object" && "weight" in angle ? `w ${angle.scale ?? 1} ${angle.shift ?? 0}` : angleLabel(angle);
