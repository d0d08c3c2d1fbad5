import type { Angle } from "../angle.ts";
import { decomposeGate } from "../decompose/decompose-gate.ts";
import { eulerAngles } from "../decompose/euler-angles.ts";
import type { Operation } from "../gate.ts";
import { U3 } from "../gates/index.ts";
import { type GateName, gateNames } from "./qasm-gates.ts";

/** One line of a circuit's text. */
export interface QasmStatement {
  readonly gate: GateName;
  readonly angles: readonly Angle[];
  readonly wires: readonly number[];
}

/** A gate in the names of a version; one without a name is taken apart. Undefined for a gate that has no form in them. */
export function qasmStatements(operation: Operation, version: 2 | 3): QasmStatement[] | undefined {
  const { gate, wires, angles } = operation;
  const name = gateNames[version].get(gate);
  if (name) return [{ gate: name, angles, wires }];
  const parts = decomposeGate(operation);
  if (parts) return flatten(parts.map((part) => qasmStatements(part, version)));
  if (gate.numWires > 1 || !angles.every((angle) => typeof angle === "number")) return undefined;
  const { theta, phi, lambda } = eulerAngles(gate.matrix(angles));
  return qasmStatements(U3.on(wires, theta, phi, lambda), version);
}

const flatten = (parts: readonly (QasmStatement[] | undefined)[]): QasmStatement[] | undefined =>
  parts.every((part) => part !== undefined) ? parts.flat() : undefined;
