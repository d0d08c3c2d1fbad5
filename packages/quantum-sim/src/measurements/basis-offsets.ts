import { expect } from "repro-kit";

/** @throws UsageError unless the wires are different whole numbers below `numQubits`. */
export function checkWires(scope: string, wires: readonly number[], numQubits: number): void {
  const areWires = wires.every((wire) => Number.isInteger(wire) && wire >= 0 && wire < numQubits);
  const isValid = areWires && new Set(wires).size === wires.length;
  expect(isValid, scope, `wires must be different whole numbers from 0 to ${numQubits - 1}; got [${wires.join(", ")}].`);
}

/** The part of a basis index that each of the 2^k states of some wires makes up, [2^k]; the first wire is the highest bit. */
export function basisOffsets(wires: readonly number[], numQubits: number): Int32Array {
  const offsets = new Int32Array(2 ** wires.length);
  wires.forEach((wire, k) => {
    const own = 2 ** (wires.length - 1 - k);
    const bit = 2 ** (numQubits - 1 - wire);
    for (let x = 0; x < offsets.length; x++) if (x & own) offsets[x] += bit;
  });
  return offsets;
}

/** The wires that are not among these, in order. */
export const otherWires = (wires: readonly number[], numQubits: number): number[] =>
  Array.from({ length: numQubits }, (_, wire) => wire).filter((wire) => !wires.includes(wire));

/** 0, 1, …, numQubits − 1. */
export const allWires = (numQubits: number): number[] => Array.from({ length: numQubits }, (_, wire) => wire);

/** "wire 0 = 1, wire 3 = 0". */
export const outcomeText = (bits: readonly (readonly [wire: number, bit: number])[]): string =>
  bits.map(([wire, bit]) => `wire ${wire} = ${bit}`).join(", ");
