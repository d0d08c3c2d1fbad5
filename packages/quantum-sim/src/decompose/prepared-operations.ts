import type { Operation } from "../gate.ts";
import { prepareReal } from "./prepare-real.ts";

/**
 * The operations with each state preparation whose wires nothing has touched, and whose angles are numbers, as RY and CNOT: there it need
 * only be right on |0…0⟩. What comes later stays and acts as its matrix.
 */
export function preparedOperations(operations: readonly Operation[]): Operation[] {
  const touched = new Set<number>();
  return operations.flatMap((operation) => {
    const { gate, wires, angles } = operation;
    const isFirst = wires.every((wire) => !touched.has(wire));
    for (const wire of wires) touched.add(wire);
    const isBound = angles.every((angle) => typeof angle === "number");
    return gate.preparation && isFirst && isBound ? prepareReal(gate.preparation.amplitudes(angles), wires) : [operation];
  });
}
