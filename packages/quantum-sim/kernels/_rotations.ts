// Ry on every qubit, in passes over three, two or one index bits at a time (radix 8, 4, 2).
//
// A rotation [c −s; s c] is a scaled shear: c·[1 −k; k 1] with k = s/c (cosine form, taken when |c| ≥ |s|), or s·[k −1; 1 k] with
// k = c/s (sine form). The scale leaves the loop: it is the same for all amplitudes, and the host keeps the product of a layer.
import { add, mul, read, splat, sub, write } from "./_vector";

/** Types that stand for the two forms, so that each combination compiles to its own loop. */
type Cosine = i8;
type Sine = i16;

/** Upper amplitude after the shear of (x, y). */
// @ts-ignore: decorator
@inline function upper<T, F>(x: v128, y: v128, k: v128): v128 {
  return sizeof<F>() == sizeof<Cosine>() ? sub<T>(x, mul<T>(k, y)) : sub<T>(mul<T>(k, x), y);
}
/** Lower amplitude after the shear of (x, y). */
// @ts-ignore: decorator
@inline function lower<T, F>(x: v128, y: v128, k: v128): v128 {
  return sizeof<F>() == sizeof<Cosine>() ? add<T>(y, mul<T>(k, x)) : add<T>(x, mul<T>(k, y));
}

/** Bits h, 2h, 4h (h in bytes) with forms A, B, C. */
function pass8<T, A, B, C>(state: usize, bytes: usize, h: usize, k0: v128, k1: v128, k2: v128): void {
  const end = state + bytes;
  for (let block = state; block < end; block += h << 3) {
    const stop = block + h;
    for (let p0 = block; p0 < stop; p0 += 16) {
      const p1 = p0 + h, p2 = p1 + h, p3 = p2 + h, p4 = p3 + h, p5 = p4 + h, p6 = p5 + h, p7 = p6 + h;
      let a0 = read(p0), a1 = read(p1), a2 = read(p2), a3 = read(p3), a4 = read(p4), a5 = read(p5), a6 = read(p6), a7 = read(p7), t: v128;
      t = upper<T, A>(a0, a1, k0); a1 = lower<T, A>(a0, a1, k0); a0 = t;
      t = upper<T, A>(a2, a3, k0); a3 = lower<T, A>(a2, a3, k0); a2 = t;
      t = upper<T, A>(a4, a5, k0); a5 = lower<T, A>(a4, a5, k0); a4 = t;
      t = upper<T, A>(a6, a7, k0); a7 = lower<T, A>(a6, a7, k0); a6 = t;
      t = upper<T, B>(a0, a2, k1); a2 = lower<T, B>(a0, a2, k1); a0 = t;
      t = upper<T, B>(a1, a3, k1); a3 = lower<T, B>(a1, a3, k1); a1 = t;
      t = upper<T, B>(a4, a6, k1); a6 = lower<T, B>(a4, a6, k1); a4 = t;
      t = upper<T, B>(a5, a7, k1); a7 = lower<T, B>(a5, a7, k1); a5 = t;
      t = upper<T, C>(a0, a4, k2); a4 = lower<T, C>(a0, a4, k2); a0 = t;
      t = upper<T, C>(a1, a5, k2); a5 = lower<T, C>(a1, a5, k2); a1 = t;
      t = upper<T, C>(a2, a6, k2); a6 = lower<T, C>(a2, a6, k2); a2 = t;
      t = upper<T, C>(a3, a7, k2); a7 = lower<T, C>(a3, a7, k2); a3 = t;
      write(p0, a0); write(p1, a1); write(p2, a2); write(p3, a3); write(p4, a4); write(p5, a5); write(p6, a6); write(p7, a7);
    }
  }
}

/** Bits h and 2h. */
function pass4<T, A, B>(state: usize, bytes: usize, h: usize, k0: v128, k1: v128): void {
  const end = state + bytes;
  for (let block = state; block < end; block += h << 2) {
    const stop = block + h;
    for (let p0 = block; p0 < stop; p0 += 16) {
      const p1 = p0 + h, p2 = p1 + h, p3 = p2 + h;
      let a0 = read(p0), a1 = read(p1), a2 = read(p2), a3 = read(p3), t: v128;
      t = upper<T, A>(a0, a1, k0); a1 = lower<T, A>(a0, a1, k0); a0 = t;
      t = upper<T, A>(a2, a3, k0); a3 = lower<T, A>(a2, a3, k0); a2 = t;
      t = upper<T, B>(a0, a2, k1); a2 = lower<T, B>(a0, a2, k1); a0 = t;
      t = upper<T, B>(a1, a3, k1); a3 = lower<T, B>(a1, a3, k1); a1 = t;
      write(p0, a0); write(p1, a1); write(p2, a2); write(p3, a3);
    }
  }
}

/** Bit h. */
function pass2<T, A>(state: usize, bytes: usize, h: usize, k: v128): void {
  const end = state + bytes;
  for (let block = state; block < end; block += h << 1) {
    const stop = block + h;
    for (let p = block; p < stop; p += 16) {
      const x = read(p), y = read(p + h);
      write(p, upper<T, A>(x, y, k));
      write(p + h, lower<T, A>(x, y, k));
    }
  }
}

/** How many index bits the next pass takes when `left` remain: threes, but 2 + 2 rather than 3 + 1. */
// @ts-ignore: decorator
@inline export function radixBits(left: i32): i32 { return left >= 3 && left != 4 ? 3 : left >= 2 ? 2 : 1; }

/**
 * The unscaled shears of a whole layer, on every qubit.
 *
 * @param shears - T [n], by qubit (qubit 0 is the highest index bit).
 * @param forms - Bit b is set where index bit b has the sine form.
 * @param sign - 1, or −1 for the inverse: the shear of −β has −k in both forms, and a scale of opposite sign in the sine form.
 */
export function applyRotations<T>(state: usize, qubits: i32, shears: usize, forms: i32, sign: T): void {
  const bytes = <usize>16 << qubits;
  let bit = 0;
  while (bit < qubits) {
    const h = <usize>16 << bit;
    const taken = radixBits(qubits - bit);
    // The shear of index bit b belongs to qubit n − 1 − b.
    const last = shears + <usize>(qubits - 1 - bit) * sizeof<T>();
    const k0 = splat<T>(<T>(sign * load<T>(last)));
    if (taken == 3) {
      const k1 = splat<T>(<T>(sign * load<T>(last - sizeof<T>()))), k2 = splat<T>(<T>(sign * load<T>(last - 2 * sizeof<T>())));
      switch ((forms >> bit) & 7) {
        case 0: pass8<T, Cosine, Cosine, Cosine>(state, bytes, h, k0, k1, k2); break;
        case 1: pass8<T, Sine, Cosine, Cosine>(state, bytes, h, k0, k1, k2); break;
        case 2: pass8<T, Cosine, Sine, Cosine>(state, bytes, h, k0, k1, k2); break;
        case 3: pass8<T, Sine, Sine, Cosine>(state, bytes, h, k0, k1, k2); break;
        case 4: pass8<T, Cosine, Cosine, Sine>(state, bytes, h, k0, k1, k2); break;
        case 5: pass8<T, Sine, Cosine, Sine>(state, bytes, h, k0, k1, k2); break;
        case 6: pass8<T, Cosine, Sine, Sine>(state, bytes, h, k0, k1, k2); break;
        default: pass8<T, Sine, Sine, Sine>(state, bytes, h, k0, k1, k2);
      }
    } else if (taken == 2) {
      const k1 = splat<T>(<T>(sign * load<T>(last - sizeof<T>())));
      switch ((forms >> bit) & 3) {
        case 0: pass4<T, Cosine, Cosine>(state, bytes, h, k0, k1); break;
        case 1: pass4<T, Sine, Cosine>(state, bytes, h, k0, k1); break;
        case 2: pass4<T, Cosine, Sine>(state, bytes, h, k0, k1); break;
        default: pass4<T, Sine, Sine>(state, bytes, h, k0, k1);
      }
    } else if ((forms >> bit) & 1) {
      pass2<T, Sine>(state, bytes, h, k0);
    } else {
      pass2<T, Cosine>(state, bytes, h, k0);
    }
    bit += taken;
  }
}
