import type { Operation } from "../gate.ts";
import { CNOT, CZ, ECR, H, RZ, SX, X } from "../gates/index.ts";

/** The two-qubit gate that a device has. */
export type EntanglerName = "cx" | "cz" | "ecr";

/** CNOT in a native gate; `isReversed` uses the gate with its wires exchanged. Single-qubit gates are left to be fused. */
export function nativeCnot(native: EntanglerName, control: number, target: number, isReversed: boolean): Operation[] {
  if (native === "cz") return [H.on([target]), CZ.on(isReversed ? [target, control] : [control, target]), H.on([target])];
  if (isReversed) {
    const flip = [H.on([control]), H.on([target])];
    return [...flip, ...nativeCnot(native, target, control, false), ...flip];
  }
  if (native === "cx") return [CNOT.on([control, target])];
  // CX = X_c · ECR · (RZ_c(−π/2) ⊗ RX_t(−π/2)), up to phase.
  return [
    RZ.on([control], -Math.PI / 2),
    RZ.on([target], Math.PI),
    SX.on([target]),
    RZ.on([target], -Math.PI),
    ECR.on([control, target]),
    X.on([control]),
  ];
}
