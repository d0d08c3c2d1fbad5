/** The U gates of OpenQASM 2, without global phase: U3(θ, φ, δ) = [[c, −e^{iδ}s], [e^{iφ}s, e^{i(φ+δ)}c]]. Cross et al. 2017, arXiv:1707.03429. */
import { type ComplexMatrix, matrix } from "../complex-matrix.ts";
import { defineGate } from "../gate.ts";

/** U3 from c = cos(θ/2) and s = sin(θ/2). */
function u3(c: number, s: number, phi: number, delta: number): ComplexMatrix {
  const { cos, sin } = Math;
  return matrix(
    [c, -cos(delta) * s, cos(phi) * s, cos(phi + delta) * c],
    [0, -sin(delta) * s, sin(phi) * s, sin(phi + delta) * c],
  );
}

/** i·A on the entries where `mask` is 1, zero elsewhere: the derivative by a phase that multiplies those entries. */
const timesI = (A: ComplexMatrix, mask: readonly number[]): ComplexMatrix => ({
  dim: A.dim,
  re: A.im.map((x, i) => -x * mask[i]),
  im: A.re.map((x, i) => x * mask[i]),
});
/** Of a phase e^{iφ} on one of two states. */
const PHASE = [-2, 0];
const SECOND_ROW = [0, 0, 1, 1];
const SECOND_COLUMN = [0, 1, 0, 1];

export const U3 = /* @__PURE__ */ defineGate({
  name: "U3",
  numWires: 1,
  numAngles: 3,
  spectra: [[-1, 1], PHASE, PHASE],
  matrix: ([theta, phi, delta]) => u3(Math.cos(theta / 2), Math.sin(theta / 2), phi, delta),
  derivative: ([theta, phi, delta], k) => {
    const c = Math.cos(theta / 2);
    const s = Math.sin(theta / 2);
    return k === 0 ? u3(-s / 2, c / 2, phi, delta) : timesI(u3(c, s, phi, delta), k === 1 ? SECOND_ROW : SECOND_COLUMN);
  },
});

/** U2(φ, δ) = U3(π/2, φ, δ). */
export const U2 = /* @__PURE__ */ defineGate({
  name: "U2",
  numWires: 1,
  numAngles: 2,
  spectra: [PHASE, PHASE],
  matrix: ([phi, delta]) => U3.matrix([Math.PI / 2, phi, delta]),
  derivative: ([phi, delta], k) => U3.derivative([Math.PI / 2, phi, delta], k + 1),
});

/** U1(δ) = diag(1, e^{iδ}). */
export const U1 = /* @__PURE__ */ defineGate({
  name: "U1",
  numWires: 1,
  numAngles: 1,
  spectra: [PHASE],
  matrix: ([delta]) => U3.matrix([0, 0, delta]),
  derivative: ([delta]) => U3.derivative([0, 0, delta], 2),
});
