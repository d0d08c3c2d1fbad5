import { type ComplexMatrix, identity } from "../complex-matrix.ts";
import { decomposeGate } from "../decompose/decompose-gate.ts";
import { twoQubitUnitary } from "../decompose/two-qubit-unitary.ts";
import type { Operation } from "../gate.ts";
import { CNOT } from "../gates/index.ts";
import { applyMatrix } from "../statevector.ts";

/** Gates in a row on one pair of wires. */
interface Block {
  readonly pair: readonly number[];
  readonly operations: Operation[];
  numCnots: number;
}

/**
 * CNOTs and gates on one wire, with runs on one pair of wires, all angles numbers, replaced by the circuit of their unitary where that has
 * fewer CNOTs (never more than three). Equal up to phase; cost linear in the number of operations.
 */
export function consolidateBlocks(operations: readonly Operation[], numQubits: number): Operation[] {
  const out: Operation[] = [];
  const open = new Array<Block | undefined>(numQubits).fill(undefined);
  const close = (wire: number): void => {
    const block = open[wire];
    if (!block) return;
    out.push(...shortest(block));
    for (const one of block.pair) open[one] = undefined;
  };
  for (const operation of operations) {
    const { wires, angles } = operation;
    const [a, b] = wires;
    const block = open[a];
    if (b === undefined) {
      if (block && angles.every((angle) => typeof angle === "number")) block.operations.push(operation);
      else {
        close(a);
        out.push(operation);
      }
    } else if (block && block === open[b]) {
      block.operations.push(operation);
      block.numCnots++;
    } else {
      close(a);
      close(b);
      open[a] = { pair: wires, operations: [operation], numCnots: 1 };
      open[b] = open[a];
    }
  }
  for (let wire = 0; wire < numQubits; wire++) close(wire);
  return out;
}

function shortest({ pair, operations, numCnots }: Block): readonly Operation[] {
  if (numCnots < 2) return operations;
  const made = twoQubitUnitary(unitaryOf(operations, pair), pair).flatMap((operation) =>
    operation.wires.length === 2 && operation.gate !== CNOT ? (decomposeGate(operation) ?? []) : [operation],
  );
  return made.filter(({ gate }) => gate === CNOT).length < numCnots ? made : operations;
}

/** The product of gates on two wires: each acts on all columns at once, as on a state of four wires. */
function unitaryOf(operations: readonly Operation[], pair: readonly number[]): ComplexMatrix {
  const U = identity(4);
  const state = { numQubits: 4, re: U.re, im: U.im };
  for (const { gate, wires, angles } of operations)
    applyMatrix(
      gate.matrix(angles.filter((angle) => typeof angle === "number")),
      wires.map((wire) => pair.indexOf(wire)),
      state,
    );
  return U;
}
