// Slopes of turns at a checkpoint, about any index bits: sums over pairs of amplitudes, kept lane by lane so that the host can add
// them over samples or not. See ../src/program.md.
import { radixBits } from "./_rotations";
import { lowest, without } from "./_strided-rotations";
import { add, madd, mul, nmadd, read, splat, sub, SUM_BLOCK, swap, write, zero } from "./_vector";

type PauliY = i8;
type PauliX = i16;

// @ts-ignore: decorator
@inline function minus<T, P>(l0: v128, q1: v128, sum: v128): v128 {
  return sizeof<P>() == 1 ? nmadd<T>(l0, q1, sum) : madd<T>(l0, q1, sum);
}
// @ts-ignore: decorator
@inline function ket<T, P>(at: usize): v128 { return sizeof<P>() == 1 ? read(at) : swap<T>(read(at)); }
// @ts-ignore: decorator
@inline export function addVector<T>(at: usize, value: v128): void { write(at, add<T>(read(at), value)); }

function overlap8<T, P>(bra: usize, d: usize, bytes: usize, h0: usize, h1: usize, h2: usize, f: v128, at0: usize, at1: usize, at2: usize): void {
  let s0 = zero(), s1 = s0, s2 = s0;
  for (let o2 = bra; o2 < bra + bytes; o2 += h2 << 1) {
    for (let o1 = o2; o1 < o2 + h2; o1 += h1 << 1) {
      for (let o0 = o1; o0 < o1 + h1; o0 += h0 << 1) {
        const stop = o0 + h0;
        for (let p0 = o0; p0 < stop; p0 += 16) {
          const p1 = p0 + h0, p2 = p0 + h1, p3 = p1 + h1, p4 = p0 + h2, p5 = p1 + h2, p6 = p2 + h2, p7 = p3 + h2;
          const l0 = read(p0), l1 = read(p1), l2 = read(p2), l3 = read(p3), l4 = read(p4), l5 = read(p5), l6 = read(p6), l7 = read(p7);
          let q = ket<T, P>(p0 + d);
          let t0 = mul<T>(l1, q), t1 = mul<T>(l2, q), t2 = mul<T>(l4, q);
          q = ket<T, P>(p1 + d);
          t0 = minus<T, P>(l0, q, t0); t1 = madd<T>(l3, q, t1); t2 = madd<T>(l5, q, t2);
          q = ket<T, P>(p2 + d);
          t0 = madd<T>(l3, q, t0); t1 = minus<T, P>(l0, q, t1); t2 = madd<T>(l6, q, t2);
          q = ket<T, P>(p3 + d);
          t0 = minus<T, P>(l2, q, t0); t1 = minus<T, P>(l1, q, t1); t2 = madd<T>(l7, q, t2);
          q = ket<T, P>(p4 + d);
          t0 = madd<T>(l5, q, t0); t1 = madd<T>(l6, q, t1); t2 = minus<T, P>(l0, q, t2);
          q = ket<T, P>(p5 + d);
          t0 = minus<T, P>(l4, q, t0); t1 = madd<T>(l7, q, t1); t2 = minus<T, P>(l1, q, t2);
          q = ket<T, P>(p6 + d);
          t0 = madd<T>(l7, q, t0); t1 = minus<T, P>(l4, q, t1); t2 = minus<T, P>(l2, q, t2);
          q = ket<T, P>(p7 + d);
          s0 = add<T>(s0, minus<T, P>(l6, q, t0)); s1 = add<T>(s1, minus<T, P>(l5, q, t1)); s2 = add<T>(s2, minus<T, P>(l3, q, t2));
        }
      }
    }
  }
  addVector<T>(at0, mul<T>(f, s0));
  addVector<T>(at1, mul<T>(f, s1));
  addVector<T>(at2, mul<T>(f, s2));
}

function overlap4<T, P>(bra: usize, d: usize, bytes: usize, h0: usize, h1: usize, f: v128, at0: usize, at1: usize): void {
  let s0 = zero(), s1 = s0;
  for (let o1 = bra; o1 < bra + bytes; o1 += h1 << 1) {
    for (let o0 = o1; o0 < o1 + h1; o0 += h0 << 1) {
      const stop = o0 + h0;
      for (let p0 = o0; p0 < stop; p0 += 16) {
        const p1 = p0 + h0, p2 = p0 + h1, p3 = p1 + h1;
        const l0 = read(p0), l1 = read(p1), l2 = read(p2), l3 = read(p3);
        let q = ket<T, P>(p0 + d);
        let t0 = mul<T>(l1, q), t1 = mul<T>(l2, q);
        q = ket<T, P>(p1 + d);
        t0 = minus<T, P>(l0, q, t0); t1 = madd<T>(l3, q, t1);
        q = ket<T, P>(p2 + d);
        t0 = madd<T>(l3, q, t0); t1 = minus<T, P>(l0, q, t1);
        q = ket<T, P>(p3 + d);
        s0 = add<T>(s0, minus<T, P>(l2, q, t0)); s1 = add<T>(s1, minus<T, P>(l1, q, t1));
      }
    }
  }
  addVector<T>(at0, mul<T>(f, s0));
  addVector<T>(at1, mul<T>(f, s1));
}

function overlap2<T, P>(bra: usize, d: usize, bytes: usize, h: usize, f: v128, at: usize): void {
  let sum = zero();
  for (let block = bra; block < bra + bytes; block += h << 1) {
    const stop = block + h;
    for (let p = block; p < stop; p += 16) sum = add<T>(sum, minus<T, P>(read(p), ket<T, P>(p + h + d), mul<T>(read(p + h), ket<T, P>(p + d))));
  }
  addVector<T>(at, mul<T>(f, sum));
}

function overlapsAbout<T, P>(bra: usize, state: usize, bits: i32, mask: i32, factor: T, out: usize): void {
  const bytes = <usize>16 << bits, f = splat<T>(factor), d = state - bra;
  let left = mask;
  while (left) {
    const taken = radixBits(popcnt<i32>(left));
    const b0 = lowest(left);
    left = without(left);
    const h0 = <usize>16 << b0, at0 = out + (<usize>b0 << 4);
    if (taken == 1) {
      overlap2<T, P>(bra, d, bytes, h0, f, at0);
      continue;
    }
    const b1 = lowest(left);
    left = without(left);
    const h1 = <usize>16 << b1, at1 = out + (<usize>b1 << 4);
    if (taken == 2) {
      overlap4<T, P>(bra, d, bytes, h0, h1, f, at0, at1);
      continue;
    }
    const b2 = lowest(left);
    left = without(left);
    overlap8<T, P>(bra, d, bytes, h0, h1, <usize>16 << b2, f, at0, at1, out + (<usize>b2 << 4));
  }
}

/**
 * Adds `factor`·Re⟨λ|−iP_b|ψ⟩ of each index bit b of `mask` to the vector at `out[b]`, lane by lane. About Y all lanes of a sample
 * count +, about X the re lane counts + and the im lane −.
 *
 * @param isX - 1 for X, 0 for Y.
 */
export function addTurnOverlaps<T>(bra: usize, state: usize, bits: i32, mask: i32, isX: i32, factor: T, out: usize): void {
  if (isX) overlapsAbout<T, PauliX>(bra, state, bits, mask, factor, out);
  else overlapsAbout<T, PauliY>(bra, state, bits, mask, factor, out);
}

/**
 * For the bit in the lanes (float32): adds `factor`·Σ λ·half(ψ) at `out` and with swapped ψ at `out + 16`; ⟨−iY⟩ has the signs
 * (−, −, +, +) of the first, ⟨−iX⟩ the signs (+, −, +, −) of the second.
 */
export function addLaneOverlaps(bra: usize, state: usize, bits: i32, factor: f32, out: usize): void {
  let y = zero(), x = y;
  const d = state - bra, f = splat<f32>(factor);
  for (let p = bra; p < bra + (<usize>16 << bits); p += 16) {
    const l = read(p), q = read(p + d);
    y = add<f32>(y, mul<f32>(l, v128.shuffle<i32>(q, q, 2, 3, 0, 1)));
    x = add<f32>(x, mul<f32>(l, v128.shuffle<i32>(q, q, 3, 2, 1, 0)));
  }
  addVector<f32>(out, mul<f32>(f, y));
  addVector<f32>(out + 16, mul<f32>(f, x));
}

/** target ← lanes of Im(λ̄ψ): the re lane counts +, the im lane −. */
export function imaginaryProducts<T>(bra: usize, state: usize, bits: i32, target: usize): void {
  const bytes = <usize>16 << bits;
  for (let x: usize = 0; x < bytes; x += 16) write(target + x, mul<T>(read(bra + x), swap<T>(read(state + x))));
}

/** target ← lanes of |ψ|². */
export function squares<T>(state: usize, bits: i32, target: usize): void {
  const bytes = <usize>16 << bits;
  for (let x: usize = 0; x < bytes; x += 16) {
    const z = read(state + x);
    write(target + x, mul<T>(z, z));
  }
}

/**
 * Adds `factor`·Σ_x (−1)^{x_b}·data[x] at `out[b]` for every bit, and the plain sum at `out[bits]`, by folding at the highest bit, then
 * the next: O(2^bits) for all. `data` is overwritten.
 */
export function foldBits<T>(data: usize, bits: i32, factor: T, out: usize): void {
  const f = splat<T>(factor);
  let half = <usize>16 << bits;
  for (let b = bits - 1; b >= 0; b--) {
    half >>= 1;
    let sum = zero(), lost = zero();
    for (let block = data; block < data + half; block += <usize>SUM_BLOCK << 4) {
      const end = min<usize>(block + (<usize>SUM_BLOCK << 4), data + half);
      let part = zero();
      for (let x = block; x < end; x += 16) {
        const p = read(x), q = read(x + half);
        part = add<T>(part, sub<T>(p, q));
        write(x, add<T>(p, q));
      }
      // Kahan's sum: terms of one sign in their millions would lose all that lies below the rounding of the sum.
      const term = sub<T>(part, lost), next = add<T>(sum, term);
      lost = sub<T>(sub<T>(next, sum), term);
      sum = next;
    }
    addVector<T>(out + (<usize>b << 4), mul<T>(f, sum));
  }
  addVector<T>(out + (<usize>bits << 4), mul<T>(f, read(data)));
}
