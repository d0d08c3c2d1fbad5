import { defineFixedGate } from "../gate.ts";

export const I = /* @__PURE__ */ defineFixedGate("I", [1, 0, 0, 1]);
export const X = /* @__PURE__ */ defineFixedGate("X", [0, 1, 1, 0]);
export const Y = /* @__PURE__ */ defineFixedGate("Y", [0, 0, 0, 0], [0, -1, 1, 0]);
export const Z = /* @__PURE__ */ defineFixedGate("Z", [1, 0, 0, -1]);
