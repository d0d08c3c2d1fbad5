// Ry on every qubit, in passes over three, two or one index bits at a time (radix 8, 4, 2).
//
// A rotation [c −s; s c] is a scaled shear: c·[1 −k; k 1] with k = s/c (cosine form), or s·[k −1; 1 k] with k = c/s (sine form, taken
// where |s/c| is large: ../src/shear-form.ts). The scale leaves the loop: it is the same for all amplitudes, and the host keeps the
// product of a layer. A shear in cosine form is one multiply-add for each amplitude.
import { madd, mul, nmadd, read, splat, sub, write } from "./_vector";

/** Types that stand for where a pass leaves its result: in the same place, or `d` bytes further. */
type Here = i8;
type There = i16;
// @ts-ignore: decorator
@inline function put<P>(at: usize, d: usize, value: v128): void { write(sizeof<P>() == sizeof<Here>() ? at : at + d, value); }

/** Bits h, 2h, 4h (h in bytes), all in cosine form. */
function pass8<T, P>(state: usize, d: usize, bytes: usize, h: usize, k0: v128, k1: v128, k2: v128): void {
  const end = state + bytes;
  for (let block = state; block < end; block += h << 3) {
    const stop = block + h;
    for (let p0 = block; p0 < stop; p0 += 16) {
      const p1 = p0 + h, p2 = p1 + h, p3 = p2 + h, p4 = p3 + h, p5 = p4 + h, p6 = p5 + h, p7 = p6 + h;
      let a0 = read(p0), a1 = read(p1), a2 = read(p2), a3 = read(p3), a4 = read(p4), a5 = read(p5), a6 = read(p6), a7 = read(p7), t: v128;
      t = nmadd<T>(k0, a1, a0); a1 = madd<T>(k0, a0, a1); a0 = t;
      t = nmadd<T>(k0, a3, a2); a3 = madd<T>(k0, a2, a3); a2 = t;
      t = nmadd<T>(k0, a5, a4); a5 = madd<T>(k0, a4, a5); a4 = t;
      t = nmadd<T>(k0, a7, a6); a7 = madd<T>(k0, a6, a7); a6 = t;
      t = nmadd<T>(k1, a2, a0); a2 = madd<T>(k1, a0, a2); a0 = t;
      t = nmadd<T>(k1, a3, a1); a3 = madd<T>(k1, a1, a3); a1 = t;
      t = nmadd<T>(k1, a6, a4); a6 = madd<T>(k1, a4, a6); a4 = t;
      t = nmadd<T>(k1, a7, a5); a7 = madd<T>(k1, a5, a7); a5 = t;
      t = nmadd<T>(k2, a4, a0); a4 = madd<T>(k2, a0, a4); a0 = t;
      t = nmadd<T>(k2, a5, a1); a5 = madd<T>(k2, a1, a5); a1 = t;
      t = nmadd<T>(k2, a6, a2); a6 = madd<T>(k2, a2, a6); a2 = t;
      t = nmadd<T>(k2, a7, a3); a7 = madd<T>(k2, a3, a7); a3 = t;
      put<P>(p0, d, a0); put<P>(p1, d, a1); put<P>(p2, d, a2); put<P>(p3, d, a3); put<P>(p4, d, a4); put<P>(p5, d, a5); put<P>(p6, d, a6); put<P>(p7, d, a7);
    }
  }
}

/** Bits h and 2h, in cosine form. */
function pass4<T, P>(state: usize, d: usize, bytes: usize, h: usize, k0: v128, k1: v128): void {
  const end = state + bytes;
  for (let block = state; block < end; block += h << 2) {
    const stop = block + h;
    for (let p0 = block; p0 < stop; p0 += 16) {
      const p1 = p0 + h, p2 = p1 + h, p3 = p2 + h;
      let a0 = read(p0), a1 = read(p1), a2 = read(p2), a3 = read(p3), t: v128;
      t = nmadd<T>(k0, a1, a0); a1 = madd<T>(k0, a0, a1); a0 = t;
      t = nmadd<T>(k0, a3, a2); a3 = madd<T>(k0, a2, a3); a2 = t;
      t = nmadd<T>(k1, a2, a0); a2 = madd<T>(k1, a0, a2); a0 = t;
      t = nmadd<T>(k1, a3, a1); a3 = madd<T>(k1, a1, a3); a1 = t;
      put<P>(p0, d, a0); put<P>(p1, d, a1); put<P>(p2, d, a2); put<P>(p3, d, a3);
    }
  }
}

/** Bit h, in either form. */
function pass2<T, P>(state: usize, d: usize, bytes: usize, h: usize, k: v128, isSine: i32): void {
  const end = state + bytes;
  for (let block = state; block < end; block += h << 1) {
    const stop = block + h;
    if (isSine) {
      for (let p = block; p < stop; p += 16) {
        const x = read(p), y = read(p + h);
        put<P>(p, d, sub<T>(mul<T>(k, x), y));
        put<P>(p + h, d, madd<T>(k, y, x));
      }
    } else {
      for (let p = block; p < stop; p += 16) {
        const x = read(p), y = read(p + h);
        put<P>(p, d, nmadd<T>(k, y, x));
        put<P>(p + h, d, madd<T>(k, x, y));
      }
    }
  }
}

/** How many index bits the next pass takes when `left` remain: threes, but 2 + 2 rather than 3 + 1. */
// @ts-ignore: decorator
@inline export function radixBits(left: i32): i32 { return left >= 3 && left != 4 ? 3 : left >= 2 ? 2 : 1; }

/**
 * The shears of index bits first … end − 1 over a block that holds them, left `d` bytes further; `last` is the address of the shear of
 * index bit 0.
 */
function rotateRange<T>(state: usize, d: usize, bytes: usize, first: i32, end: i32, last: usize, forms: i32, sign: T): void {
  let bit = first;
  while (bit < end) {
    const h = <usize>16 << bit, at = last - <usize>bit * sizeof<T>();
    const sines = forms >> bit;
    let taken = radixBits(end - bit);
    if (taken == 3 && sines & 7) taken = 2;
    if (taken == 2 && sines & 3) taken = 1;
    const isMoved = d != 0 && bit + taken == end;
    const k0 = splat<T>(<T>(sign * load<T>(at)));
    if (taken == 3) {
      const k1 = splat<T>(<T>(sign * load<T>(at - sizeof<T>()))), k2 = splat<T>(<T>(sign * load<T>(at - 2 * sizeof<T>())));
      if (isMoved) pass8<T, There>(state, d, bytes, h, k0, k1, k2);
      else pass8<T, Here>(state, d, bytes, h, k0, k1, k2);
    } else if (taken == 2) {
      const k1 = splat<T>(<T>(sign * load<T>(at - sizeof<T>())));
      if (isMoved) pass4<T, There>(state, d, bytes, h, k0, k1);
      else pass4<T, Here>(state, d, bytes, h, k0, k1);
    } else if (isMoved) {
      pass2<T, There>(state, d, bytes, h, k0, sines & 1);
    } else {
      pass2<T, Here>(state, d, bytes, h, k0, sines & 1);
    }
    bit += taken;
  }
}

/** log2 of the vectors of a block that stays in the first cache, and of the largest state that is not cut into blocks. */
export const BLOCK_BITS: i32 = 9;
export const MOST_WHOLE_BITS: i32 = 10;

/**
 * The unscaled shears of a whole layer, on every qubit.
 *
 * @param state - Changed.
 * @param target - Where the result is left; may be `state`.
 * @param shears - T [n], by qubit (qubit 0 is the highest index bit).
 * @param forms - Bit b is set where index bit b has the sine form.
 * @param sign - 1, or −1 for the inverse: the shear of −β has −k in both forms, and a scale of opposite sign in the sine form.
 */
export function applyRotations<T>(state: usize, target: usize, qubits: i32, shears: usize, forms: i32, sign: T): void {
  const bytes = <usize>16 << qubits, last = shears + <usize>(qubits - 1) * sizeof<T>();
  if (qubits <= MOST_WHOLE_BITS) {
    rotateRange<T>(state, target - state, bytes, 0, qubits, last, forms, sign);
    return;
  }
  const block = <usize>16 << BLOCK_BITS;
  for (let at = state; at < state + bytes; at += block) rotateRange<T>(at, 0, block, 0, BLOCK_BITS, last, forms, sign);
  rotateRange<T>(state, target - state, bytes, BLOCK_BITS, qubits, last, forms, sign);
}
