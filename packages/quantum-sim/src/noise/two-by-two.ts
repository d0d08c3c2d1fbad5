/** 2×2 complex matrices as 8 numbers (re, im of the entries 00, 01, 10, 11) in flat arrays: what the loops over lanes use. */
import type { ComplexMatrix } from "../complex-matrix.ts";

/** re, im of the entries 00, 01, 10, 11. */
export type TwoByTwo = Float64Array;

/** Of a 2×2 matrix. */
export const toTwoByTwo = (A: ComplexMatrix): TwoByTwo =>
  Float64Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? A.re[i >> 1] : A.im[i >> 1]));

/** Back again. */
export const fromTwoByTwo = (A: TwoByTwo): ComplexMatrix => ({
  dim: 2,
  re: Float64Array.of(A[0], A[2], A[4], A[6]),
  im: Float64Array.of(A[1], A[3], A[5], A[7]),
});

/** A new identity. */
export const identityTwoByTwo = (): TwoByTwo => Float64Array.of(1, 0, 0, 0, 0, 0, 1, 0);

/** out ← A·B; out may be A or B. */
export function multiplyInto(out: TwoByTwo, A: TwoByTwo, B: TwoByTwo): void {
  // By index: taking a typed array apart by its iterator is many times slower.
  const a = B[0];
  const b = B[1];
  const c = B[2];
  const d = B[3];
  const e = B[4];
  const f = B[5];
  const g = B[6];
  const h = B[7];
  const p = A[0];
  const q = A[1];
  const r = A[2];
  const s = A[3];
  const t = A[4];
  const u = A[5];
  const v = A[6];
  const w = A[7];
  out[0] = p * a - q * b + r * e - s * f;
  out[1] = p * b + q * a + r * f + s * e;
  out[2] = p * c - q * d + r * g - s * h;
  out[3] = p * d + q * c + r * h + s * g;
  out[4] = t * a - u * b + v * e - w * f;
  out[5] = t * b + u * a + v * f + w * e;
  out[6] = t * c - u * d + v * g - w * h;
  out[7] = t * d + u * c + v * h + w * g;
}

/** A·B. */
export function productOf(A: TwoByTwo, B: TwoByTwo): TwoByTwo {
  const out = new Float64Array(8);
  multiplyInto(out, A, B);
  return out;
}

/** tr(M ρ M†) for a density (ρ00, Re ρ01, Im ρ01, ρ11). */
export function weightAfter(M: TwoByTwo, p0: number, cr: number, ci: number, p1: number): number {
  const cross = (i: number): number => {
    // 2·Re(m_i0 ρ01 conj m_i1)
    const re = M[i] * M[i + 2] + M[i + 1] * M[i + 3];
    const im = M[i + 1] * M[i + 2] - M[i] * M[i + 3];
    return 2 * (re * cr - im * ci);
  };
  const zero = (M[0] ** 2 + M[1] ** 2 + M[4] ** 2 + M[5] ** 2) * p0;
  const one = (M[2] ** 2 + M[3] ** 2 + M[6] ** 2 + M[7] ** 2) * p1;
  return zero + one + cross(0) + cross(4);
}
