import { createCircuit } from "../circuit.ts";
import { phaseDistance } from "../decompose/phase-distance.ts";
import type { Operation } from "../gate.ts";
import { CNOT, H } from "../gates/index.ts";
import { simulatePlainly } from "../simulate.ts";

/** Rounding of a few gates. */
const CLOSE = 1e-9;

/** Whether two sequences on wires 0 … numWires − 1 are the same unitary up to phase: on halves of Bell pairs, which see every column. */
export function isSameAction(a: readonly Operation[], b: readonly Operation[], numWires: number): boolean {
  const pairs = Array.from({ length: numWires }, (_, k) => [H.on([k]), CNOT.on([k, numWires + k])]).flat();
  const state = (operations: readonly Operation[]) =>
    simulatePlainly(createCircuit({ numQubits: 2 * numWires, operations: [...pairs, ...operations] }));
  return phaseDistance(state(a), state(b)) < CLOSE;
}
