/** Two-qubit gates without angles. */
import { defineFixedGate } from "../gate.ts";

const r = Math.SQRT1_2;

export const SWAP = /* @__PURE__ */ defineFixedGate("SWAP", [1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1]);
/** |01⟩ ↔ i|10⟩. */
export const ISWAP = /* @__PURE__ */ defineFixedGate(
  "ISWAP",
  [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
  [0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0],
);
/** The echoed cross resonance gate, (IX − XY)/√2 with the first wire as control. Sheldon et al. 2016, arXiv:1603.04821. */
export const ECR = /* @__PURE__ */ defineFixedGate(
  "ECR",
  [0, 0, r, 0, 0, 0, 0, r, r, 0, 0, 0, 0, r, 0, 0],
  [0, 0, 0, r, 0, 0, r, 0, 0, -r, 0, 0, -r, 0, 0, 0],
);
