/** Two-qubit rotations exp(−iθ P⊗P/2), and IsingXY(θ) = exp(iθ (XX + YY)/4). */
import { matrix } from "../complex-matrix.ts";
import { defineFixedGate, defineGate, defineRotation } from "../gate.ts";

const XX = /* @__PURE__ */ defineFixedGate("XX", [0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0]);
const YY = /* @__PURE__ */ defineFixedGate("YY", [0, 0, 0, -1, 0, 0, 1, 0, 0, 1, 0, 0, -1, 0, 0, 0]);
const ZZ = /* @__PURE__ */ defineFixedGate("ZZ", [1, 0, 0, 0, 0, -1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1]);

export const IsingXX = /* @__PURE__ */ defineRotation("IsingXX", XX);
export const IsingYY = /* @__PURE__ */ defineRotation("IsingYY", YY);
export const IsingZZ = /* @__PURE__ */ defineRotation("IsingZZ", ZZ);

/** cos(θ/2) on |01⟩ and |10⟩, i·sin(θ/2) between them; |00⟩ and |11⟩ have the entry `corner`. */
const xy = (corner: number, c: number, s: number) =>
  matrix([corner, 0, 0, 0, 0, c, 0, 0, 0, 0, c, 0, 0, 0, 0, corner], [0, 0, 0, 0, 0, 0, s, 0, 0, s, 0, 0, 0, 0, 0, 0]);

export const IsingXY = /* @__PURE__ */ defineGate({
  name: "IsingXY",
  numWires: 2,
  numAngles: 1,
  spectra: [[-1, 0, 1]],
  matrix: ([theta]) => xy(1, Math.cos(theta / 2), Math.sin(theta / 2)),
  derivative: ([theta]) => xy(0, -Math.sin(theta / 2) / 2, Math.cos(theta / 2) / 2),
});
