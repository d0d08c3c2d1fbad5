import type { ComplexMatrix } from "./complex-matrix.ts";
import type { PauliMasks } from "./observable.ts";

/** 2^numQubits amplitudes; wire 0 is the most significant bit of the index. */
export interface Statevector {
  readonly numQubits: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** A state vector of zeros. */
export const createStatevector = (numQubits: number): Statevector => ({
  numQubits,
  re: new Float64Array(2 ** numQubits),
  im: new Float64Array(2 ** numQubits),
});

/** Makes it |0…0⟩. */
export function resetStatevector({ re, im }: Statevector): void {
  re.fill(0);
  im.fill(0);
  re[0] = 1;
}

/** Index masks of the wires, and the index offset of each of their 2^k basis states. */
function wireOffsets(wires: readonly number[], numQubits: number): { masks: number; offsets: Int32Array } {
  const bits = wires.map((wire) => 1 << (numQubits - 1 - wire));
  const offsets = Int32Array.from({ length: 1 << wires.length }, (_, state) =>
    bits.reduce((offset, bit, k) => ((state >> (wires.length - 1 - k)) & 1 ? offset | bit : offset), 0),
  );
  return { masks: bits.reduce((all, bit) => all | bit, 0), offsets };
}

/** |ψ⟩ ← U|ψ⟩ on `wires`, in place. */
export function applyMatrix(U: ComplexMatrix, wires: readonly number[], state: Statevector): void {
  if (wires.length === 1) applySingle(U, wires[0], state);
  else applyMany(U, wires, state);
}

function applySingle(U: ComplexMatrix, wire: number, { numQubits, re, im }: Statevector): void {
  const [r00, r01, r10, r11] = U.re;
  const [i00, i01, i10, i11] = U.im;
  const half = 1 << (numQubits - 1 - wire);
  for (let block = 0; block < re.length; block += 2 * half)
    for (let x = block; x < block + half; x++) {
      const y = x + half;
      const a = re[x];
      const b = im[x];
      const c = re[y];
      const d = im[y];
      re[x] = r00 * a - i00 * b + r01 * c - i01 * d;
      im[x] = r00 * b + i00 * a + r01 * d + i01 * c;
      re[y] = r10 * a - i10 * b + r11 * c - i11 * d;
      im[y] = r10 * b + i10 * a + r11 * d + i11 * c;
    }
}

function applyMany(U: ComplexMatrix, wires: readonly number[], { numQubits, re, im }: Statevector): void {
  const { masks, offsets } = wireOffsets(wires, numQubits);
  const { dim } = U;
  const oldRe = new Float64Array(dim);
  const oldIm = new Float64Array(dim);
  for (let base = 0; base < re.length; base++) {
    if (base & masks) continue;
    for (let r = 0; r < dim; r++) {
      oldRe[r] = re[base | offsets[r]];
      oldIm[r] = im[base | offsets[r]];
    }
    for (let r = 0; r < dim; r++) {
      let sumRe = 0;
      let sumIm = 0;
      for (let c = 0, u = r * dim; c < dim; c++, u++) {
        sumRe += U.re[u] * oldRe[c] - U.im[u] * oldIm[c];
        sumIm += U.re[u] * oldIm[c] + U.im[u] * oldRe[c];
      }
      re[base | offsets[r]] = sumRe;
      im[base | offsets[r]] = sumIm;
    }
  }
}

/** Re⟨bra| M |ket⟩ for a matrix M on `wires`; neither state is changed. */
export function realMatrixElement(bra: Statevector, M: ComplexMatrix, wires: readonly number[], ket: Statevector): number {
  if (wires.length === 1) return realSingleElement(bra, M, wires[0], ket);
  const { masks, offsets } = wireOffsets(wires, ket.numQubits);
  const { dim } = M;
  let sum = 0;
  for (let base = 0; base < ket.re.length; base++) {
    if (base & masks) continue;
    for (let r = 0, u = 0; r < dim; r++) {
      const x = base | offsets[r];
      let re = 0;
      let im = 0;
      for (let c = 0; c < dim; c++, u++) {
        const y = base | offsets[c];
        re += M.re[u] * ket.re[y] - M.im[u] * ket.im[y];
        im += M.re[u] * ket.im[y] + M.im[u] * ket.re[y];
      }
      sum += bra.re[x] * re + bra.im[x] * im;
    }
  }
  return sum;
}

function realSingleElement(bra: Statevector, M: ComplexMatrix, wire: number, ket: Statevector): number {
  const [r00, r01, r10, r11] = M.re;
  const [i00, i01, i10, i11] = M.im;
  const half = 1 << (ket.numQubits - 1 - wire);
  const { re, im } = ket;
  let sum = 0;
  for (let block = 0; block < re.length; block += 2 * half)
    for (let x = block; x < block + half; x++) {
      const y = x + half;
      const a = re[x];
      const b = im[x];
      const c = re[y];
      const d = im[y];
      sum += bra.re[x] * (r00 * a - i00 * b + r01 * c - i01 * d) + bra.im[x] * (r00 * b + i00 * a + r01 * d + i01 * c);
      sum += bra.re[y] * (r10 * a - i10 * b + r11 * c - i11 * d) + bra.im[y] * (r10 * b + i10 * a + r11 * d + i11 * c);
    }
  return sum;
}

/** out ← out + coefficient·P|ψ⟩. */
export function addPauli(coefficient: number, { flip, sign, numY }: PauliMasks, psi: Statevector, out: Statevector): void {
  // i^numY turns (re, im) by a quarter circle numY times.
  const turn = numY % 4;
  for (let x = 0; x < psi.re.length; x++) {
    const factor = isOdd(x & sign) ? -coefficient : coefficient;
    const re = factor * psi.re[x];
    const im = factor * psi.im[x];
    const y = x ^ flip;
    out.re[y] += turn === 0 ? re : turn === 1 ? -im : turn === 2 ? -re : im;
    out.im[y] += turn === 0 ? im : turn === 1 ? re : turn === 2 ? -im : -re;
  }
}

/** ⟨ψ|P|ψ⟩, in [−1, 1]. */
export function expectPauli({ flip, sign, numY }: PauliMasks, { re, im }: Statevector): number {
  let sumRe = 0;
  let sumIm = 0;
  for (let x = 0; x < re.length; x++) {
    const y = x ^ flip;
    const factor = isOdd(x & sign) ? -1 : 1;
    sumRe += factor * (re[y] * re[x] + im[y] * im[x]);
    sumIm += factor * (re[y] * im[x] - im[y] * re[x]);
  }
  // Re(i^numY · sum)
  const turn = numY % 4;
  return turn === 0 ? sumRe : turn === 1 ? -sumIm : turn === 2 ? -sumRe : sumIm;
}

/** Whether the number of ones is odd. */
export function isOdd(bits: number): boolean {
  let folded = bits ^ (bits >>> 16);
  folded ^= folded >>> 8;
  folded ^= folded >>> 4;
  return ((0x6996 >>> (folded & 15)) & 1) === 1;
}
