/** Single-qubit gates without angles that are not Paulis. Nielsen & Chuang (2010), §4.2. */
import { defineFixedGate } from "../gate.ts";

const r = Math.SQRT1_2;

export const H = /* @__PURE__ */ defineFixedGate("H", [r, r, r, -r]);
export const S = /* @__PURE__ */ defineFixedGate("S", [1, 0, 0, 0], [0, 0, 0, 1]);
export const Sdg = /* @__PURE__ */ defineFixedGate("Sdg", [1, 0, 0, 0], [0, 0, 0, -1]);
export const T = /* @__PURE__ */ defineFixedGate("T", [1, 0, 0, r], [0, 0, 0, r]);
export const Tdg = /* @__PURE__ */ defineFixedGate("Tdg", [1, 0, 0, r], [0, 0, 0, -r]);
/** √X, with the phase e^{iπ/4}. */
export const SX = /* @__PURE__ */ defineFixedGate("SX", [0.5, 0.5, 0.5, 0.5], [0.5, -0.5, -0.5, 0.5]);
export const SXdg = /* @__PURE__ */ defineFixedGate("SXdg", [0.5, 0.5, 0.5, 0.5], [-0.5, 0.5, 0.5, -0.5]);
