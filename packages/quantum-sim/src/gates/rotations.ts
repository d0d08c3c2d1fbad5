/** Single-qubit rotations; θ in radians. Nielsen & Chuang (2010), eqs. (4.4)–(4.6). */
import { matrix, multiply } from "../complex-matrix.ts";
import { defineGate, defineRotation } from "../gate.ts";
import { X, Y, Z } from "./paulis.ts";

export const RX = /* @__PURE__ */ defineRotation("RX", X);
export const RY = /* @__PURE__ */ defineRotation("RY", Y);
export const RZ = /* @__PURE__ */ defineRotation("RZ", Z);

/** Rot(φ, θ, ω) = RZ(ω)·RY(θ)·RZ(φ), any single-qubit rotation up to a phase. */
export const Rot = /* @__PURE__ */ defineGate({
  name: "Rot",
  numWires: 1,
  numAngles: 3,
  spectra: [
    [-1, 1],
    [-1, 1],
    [-1, 1],
  ],
  matrix: ([phi, theta, omega]) => multiply(RZ.matrix([omega]), multiply(RY.matrix([theta]), RZ.matrix([phi]))),
  derivative: ([phi, theta, omega], k) => {
    const factor = (gate: typeof RZ, angle: number, slot: number) =>
      slot === k ? gate.derivative([angle], 0) : gate.matrix([angle]);
    return multiply(factor(RZ, omega, 2), multiply(factor(RY, theta, 1), factor(RZ, phi, 0)));
  },
});

/** diag(1, e^{iφ}). */
export const PhaseShift = /* @__PURE__ */ defineGate({
  name: "PhaseShift",
  numWires: 1,
  numAngles: 1,
  spectra: [[-2, 0]],
  matrix: ([phi]) => matrix([1, 0, 0, Math.cos(phi)], [0, 0, 0, Math.sin(phi)]),
  derivative: ([phi]) => matrix([0, 0, 0, -Math.sin(phi)], [0, 0, 0, Math.cos(phi)]),
});
