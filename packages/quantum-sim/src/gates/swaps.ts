import { defineFixedGate } from "../gate.ts";

export const SWAP = /* @__PURE__ */ defineFixedGate("SWAP", [1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1]);
/** |01⟩ ↔ i|10⟩. */
export const ISWAP = /* @__PURE__ */ defineFixedGate(
  "ISWAP",
  [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
  [0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0],
);
