import { defineControlled, type Gate } from "../gate.ts";
import { CCZ, CH, CNOT, ControlledPhaseShift, CRot, CRX, CRY, CRZ, CSWAP, CY, CZ, Toffoli } from "./controlled.ts";

/** Controlled gates that have a name of their own. */
const NAMED = [CNOT, CY, CZ, CH, CRX, CRY, CRZ, CRot, ControlledPhaseShift, Toffoli, CCZ, CSWAP];

/**
 * The gate where all of `numControls` further wires, which come first, are 1. A controlled gate gets further controls; what has a
 * name of its own keeps it: `control(X)` is CNOT, `control(CNOT)` is Toffoli.
 *
 * @throws UsageError if `numControls` is not an integer ≥ 1.
 */
export function control(gate: Gate, numControls = 1): Gate {
  const base = gate.controlled?.gate ?? gate;
  const all = numControls + (gate.controlled?.numControls ?? 0);
  const named = NAMED.find(({ controlled }) => controlled?.gate === base && controlled.numControls === all);
  return named ?? defineControlled(`${all > 1 ? all : ""}C(${base.name})`, base, all);
}
