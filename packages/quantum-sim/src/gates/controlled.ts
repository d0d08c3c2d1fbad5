/** Wires: controls first. Nielsen & Chuang (2010), §4.3. */
import { defineControlled } from "../gate.ts";
import { H } from "./fixed.ts";
import { X, Y, Z } from "./paulis.ts";
import { PhaseShift, Rot, RX, RY, RZ } from "./rotations.ts";
import { SWAP } from "./swaps.ts";

export const CNOT = /* @__PURE__ */ defineControlled("CNOT", X);
export const CY = /* @__PURE__ */ defineControlled("CY", Y);
export const CZ = /* @__PURE__ */ defineControlled("CZ", Z);
export const CH = /* @__PURE__ */ defineControlled("CH", H);
export const CRX = /* @__PURE__ */ defineControlled("CRX", RX);
export const CRY = /* @__PURE__ */ defineControlled("CRY", RY);
export const CRZ = /* @__PURE__ */ defineControlled("CRZ", RZ);
export const CRot = /* @__PURE__ */ defineControlled("CRot", Rot);
export const ControlledPhaseShift = /* @__PURE__ */ defineControlled("ControlledPhaseShift", PhaseShift);
/** Wires: [control, control, target]. */
export const Toffoli = /* @__PURE__ */ defineControlled("Toffoli", X, 2);
export const CCZ = /* @__PURE__ */ defineControlled("CCZ", Z, 2);
/** Wires: [control, swapped, swapped]. */
export const CSWAP = /* @__PURE__ */ defineControlled("CSWAP", SWAP);
