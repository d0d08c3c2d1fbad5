import type { ComplexMatrix } from "./complex-matrix.ts";

/**
 * A rotation of a qubit up to a global phase: U = a·I − i(x·X + y·Y + z·Z) with a² + x² + y² + z² = 1.
 * Products of rotations are products of quaternions.
 */
export type Quaternion = readonly [a: number, x: number, y: number, z: number];

/** The quaternion of a single-qubit unitary, its phase √det U left out. */
export function quaternionOf({ re, im }: ComplexMatrix): Quaternion {
  const detRe = re[0] * re[3] - im[0] * im[3] - re[1] * re[2] + im[1] * im[2];
  const detIm = re[0] * im[3] + im[0] * re[3] - re[1] * im[2] - im[1] * re[2];
  const phase = Math.atan2(detIm, detRe) / 2;
  const c = Math.cos(phase);
  const s = Math.sin(phase);
  // U00·e^{−iphase} = a − iz and U10·e^{−iphase} = y − ix.
  return [re[0] * c + im[0] * s, re[2] * s - im[2] * c, re[2] * c + im[2] * s, re[0] * s - im[0] * c];
}

/** out[at…at+3] ← left·q, where q is at out[at…at+3]: `left` acts after q. */
export function multiplyInPlace(left: ArrayLike<number>, leftAt: number, out: Float64Array, at: number): void {
  const b = left[leftAt];
  const u = left[leftAt + 1];
  const v = left[leftAt + 2];
  const w = left[leftAt + 3];
  const a = out[at];
  const x = out[at + 1];
  const y = out[at + 2];
  const z = out[at + 3];
  out[at] = b * a - u * x - v * y - w * z;
  out[at + 1] = b * x + u * a + v * z - w * y;
  out[at + 2] = b * y + v * a + w * x - u * z;
  out[at + 3] = b * z + w * a + u * y - v * x;
}

/** out[at…at+3] ← R·q for the rotation R about axis 0 (X), 1 (Y) or 2 (Z) with c = cos(θ/2), s = sin(θ/2). */
export function rotateInPlace(axis: number, c: number, s: number, out: Float64Array, at: number): void {
  // With (p, q, r) the axis and the two that follow it cyclically: a' = ca − sp, p' = cp + sa, q' = cq − sr, r' = cr + sq.
  const p = at + 1 + axis;
  const q = at + 1 + ((axis + 1) % 3);
  const r = at + 1 + ((axis + 2) % 3);
  const oldA = out[at];
  const oldP = out[p];
  const oldQ = out[q];
  const oldR = out[r];
  out[at] = c * oldA - s * oldP;
  out[p] = c * oldP + s * oldA;
  out[q] = c * oldQ - s * oldR;
  out[r] = c * oldR + s * oldQ;
}

/** The vector (x, y, z) turned back by a rotation R of c = cos(θ/2), s = sin(θ/2) about an axis: R⁻¹v, in place. */
export function turnBack(axis: number, c: number, s: number, vector: Float64Array): void {
  const q = (axis + 1) % 3;
  const r = (axis + 2) % 3;
  const cos = c * c - s * s;
  const sin = 2 * c * s;
  const oldQ = vector[q];
  const oldR = vector[r];
  vector[q] = cos * oldQ + sin * oldR;
  vector[r] = cos * oldR - sin * oldQ;
}

/** The vector turned back by the rotation of a quaternion, in place. */
export function turnBackBy(quaternions: ArrayLike<number>, at: number, vector: Float64Array): void {
  const a = quaternions[at];
  // v − 2a(u×v) + 2u×(u×v), with u the vector part: the inverse has u → −u.
  const ux = quaternions[at + 1];
  const uy = quaternions[at + 2];
  const uz = quaternions[at + 3];
  const x = vector[0];
  const y = vector[1];
  const z = vector[2];
  const tx = 2 * (uy * z - uz * y);
  const ty = 2 * (uz * x - ux * z);
  const tz = 2 * (ux * y - uy * x);
  vector[0] = x - a * tx + (uy * tz - uz * ty);
  vector[1] = y - a * ty + (uz * tx - ux * tz);
  vector[2] = z - a * tz + (ux * ty - uy * tx);
}
