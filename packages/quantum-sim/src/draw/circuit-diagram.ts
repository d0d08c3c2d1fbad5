import { type Angle, isInput, isWeight } from "../angle.ts";
import type { Circuit } from "../circuit.ts";
import type { Operation } from "../gate.ts";
import { symbolsOf, type WireSymbol } from "./wire-symbols.ts";

export interface PlacedOperation {
  readonly operation: Operation;
  readonly column: number;
  /** From the topmost to the bottommost wire: no other gate of the column lies between. */
  readonly top: number;
  readonly bottom: number;
  /** One for each wire of the operation. */
  readonly symbols: readonly WireSymbol[];
}

/** Columns of gates that are drawn once and act `repeats` times, with other weights each time. */
export interface DiagramSection {
  readonly placed: readonly PlacedOperation[];
  readonly numColumns: number;
  readonly repeats: number;
}

/** The gates of a circuit in columns, as far to the left as the order on each wire allows; with `fold` equal layers stand once. */
export function layOutCircuit(circuit: Circuit, fold: boolean): DiagramSection[] {
  const { operations } = circuit;
  const { start, length, repeats } = fold ? findRepetition(operations) : { start: operations.length, length: 0, repeats: 1 };
  return [
    section(circuit, operations.slice(0, start), 1),
    section(circuit, operations.slice(start, start + length), repeats),
  ].filter(({ placed }) => placed.length > 0);
}

function section({ numQubits }: Circuit, operations: readonly Operation[], repeats: number): DiagramSection {
  const spans = placeInColumns(
    operations.map(({ wires }) => wires),
    numQubits,
  );
  const placed = operations.map((operation, k) => ({ operation, ...spans[k], symbols: symbolsOf(operation) }));
  return { placed, numColumns: 1 + Math.max(-1, ...spans.map(({ column }) => column)), repeats };
}

/** The leftmost free column of each set of wires, which takes up all between its outermost ones, in order. */
export function placeInColumns(
  wireSets: readonly (readonly number[])[],
  numQubits: number,
): { readonly column: number; readonly top: number; readonly bottom: number }[] {
  const nextColumn = new Array<number>(numQubits).fill(0);
  return wireSets.map((wires) => {
    const top = Math.min(...wires);
    const bottom = Math.max(...wires);
    const column = Math.max(...nextColumn.slice(top, bottom + 1));
    nextColumn.fill(column + 1, top, bottom + 1);
    return { column, top, bottom };
  });
}

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
function kindOf(angle: Angle): string {
  if (!isWeight(angle) && !isInput(angle)) return String(angle);
  const { scale = 1, shift = 0 } = angle;
  return `${isWeight(angle) ? "w" : `x${angle.input}`} ${scale} ${shift}`;
}
