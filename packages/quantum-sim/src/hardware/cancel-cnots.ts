import type { Operation } from "../gate.ts";
import { CNOT, SWAP } from "../gates/index.ts";
import { fuseSingles } from "./fuse-singles.ts";

/** A CNOT with what acts on its wires just before it, and which CNOT came before on each. */
interface Link {
  readonly operation: Operation;
  readonly singles: readonly Operation[][];
  readonly previous: readonly (Link | undefined)[];
}

/**
 * CNOTs and gates on one wire without pairs of equal CNOTs that only have between them what comes to nothing, as a SWAP beside a CNOT
 * leaves them. Cost linear in the number of operations.
 */
export function cancelCnots(operations: readonly Operation[], numQubits: number): Operation[] {
  let kept: Link[] = [];
  const pending: Operation[][] = Array.from({ length: numQubits }, () => []);
  const last = new Array<Link | undefined>(numQubits).fill(undefined);
  const removed = new Set<Link>();
  for (const operation of operations) {
    const { wires } = operation;
    if (wires.length === 1) {
      pending[wires[0]].push(operation);
      continue;
    }
    const link = last[wires[0]];
    const isUndone =
      link !== undefined &&
      link === last[wires[1]] &&
      link.operation.wires.every((wire, k) => wire === wires[k]) &&
      wires.every((wire) => fuseSingles(pending[wire], wire).length === 0);
    if (isUndone) {
      removed.add(link);
      wires.forEach((wire, k) => {
        pending[wire] = link.singles[k];
        last[wire] = link.previous[k];
      });
      continue;
    }
    const added = { operation, singles: wires.map((wire) => pending[wire]), previous: wires.map((wire) => last[wire]) };
    kept.push(added);
    for (const wire of wires) {
      pending[wire] = [];
      last[wire] = added;
    }
  }
  kept = kept.filter((link) => !removed.has(link));
  return [...kept.flatMap(({ operation, singles }) => [...singles.flat(), operation]), ...pending.flat()];
}

/**
 * Each SWAP as three CNOTs, the outer two in the direction of a CNOT that stands beside it on the same wires, if one does, so that they
 * cancel.
 */
export function swapsAsCnots(operations: readonly Operation[], numQubits: number): Operation[] {
  const previous = neighboursOf(operations, numQubits);
  const next = neighboursOf([...operations].reverse(), numQubits).reverse();
  return operations.flatMap((operation, k) => {
    if (operation.gate !== SWAP) return [operation];
    const beside = [previous[k], next[k]].find((one) => one?.gate === CNOT);
    const [a, b] = beside?.wires ?? operation.wires;
    return [CNOT.on([a, b]), CNOT.on([b, a]), CNOT.on([a, b])];
  });
}

/** For each operation on two wires the one just before it on both of them, with nothing between. */
function neighboursOf(operations: readonly Operation[], numQubits: number): (Operation | undefined)[] {
  const last = new Array<Operation | undefined>(numQubits).fill(undefined);
  return operations.map((operation) => {
    const [a, b] = operation.wires;
    const beside = b !== undefined && last[a] === last[b] ? last[a] : undefined;
    for (const wire of operation.wires) last[wire] = operation;
    return beside;
  });
}
