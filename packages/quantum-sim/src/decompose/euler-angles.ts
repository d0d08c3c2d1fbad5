import type { ComplexMatrix } from "../complex-matrix.ts";

/** U = e^{iα}·RZ(φ)·RY(θ)·RZ(λ), θ in [0, π]. */
export interface EulerAngles {
  readonly alpha: number;
  readonly phi: number;
  readonly theta: number;
  readonly lambda: number;
}

/** Below this a sine or cosine is zero: the phase beside it says nothing. */
const NEGLIGIBLE = 1e-12;

/** The angles of a unitary on one wire. Nielsen & Chuang (2010), theorem 4.1. */
export function eulerAngles({ re, im }: ComplexMatrix): EulerAngles {
  const phase = (i: number): number => Math.atan2(im[i], re[i]);
  const cosine = Math.hypot(re[0], im[0]);
  const sine = Math.hypot(re[2], im[2]);
  // e^{2iα} is the determinant; either diagonal gives a half of its phase, the larger one the better.
  const alpha = cosine >= sine ? (phase(0) + phase(3)) / 2 : (Math.atan2(-im[1], -re[1]) + phase(2)) / 2;
  const halfSum = cosine > NEGLIGIBLE ? phase(3) - alpha : 0;
  const halfDifference = sine > NEGLIGIBLE ? phase(2) - alpha : 0;
  return { alpha, phi: halfSum + halfDifference, theta: 2 * Math.atan2(sine, cosine), lambda: halfSum - halfDifference };
}
