// Real 2×2 mixes of any index bits, three, two or one at a time: the Ry of a program's turns, and Walsh–Hadamard butterflies.
import { add, madd, mul, nmadd, read, splat, sub, write } from "./_vector";
import { radixBits } from "./_rotations";

/** Types that stand for the form of a mix, so that each compiles to its own loop. */
type Cosine = i8; // [1 −k; k 1]
type Sine = i16; // [k −1; 1 k]
type Whole = i32; // [k −s; s k], other values in every lane
type Butterfly = i64; // [1 1; 1 −1]

// @ts-ignore: decorator
@inline function upper<T, F>(x: v128, y: v128, k: v128, s: v128): v128 {
  if (sizeof<F>() == 1) return nmadd<T>(k, y, x);
  if (sizeof<F>() == 2) return sub<T>(mul<T>(k, x), y);
  if (sizeof<F>() == 4) return nmadd<T>(s, y, mul<T>(k, x));
  return add<T>(x, y);
}
// @ts-ignore: decorator
@inline function lower<T, F>(x: v128, y: v128, k: v128, s: v128): v128 {
  if (sizeof<F>() == 1) return madd<T>(k, x, y);
  if (sizeof<F>() == 2) return madd<T>(k, y, x);
  if (sizeof<F>() == 4) return madd<T>(s, x, mul<T>(k, y));
  return sub<T>(x, y);
}

/** Bits h0 < h1 < h2 (in bytes) in one form. */
function pass8<T, F>(
  state: usize, bytes: usize, h0: usize, h1: usize, h2: usize, k0: v128, s0: v128, k1: v128, s1: v128, k2: v128, s2: v128,
): void {
  const end = state + bytes;
  for (let o2 = state; o2 < end; o2 += h2 << 1) {
    for (let o1 = o2; o1 < o2 + h2; o1 += h1 << 1) {
      for (let o0 = o1; o0 < o1 + h1; o0 += h0 << 1) {
        const stop = o0 + h0;
        for (let p0 = o0; p0 < stop; p0 += 16) {
          const p1 = p0 + h0, p2 = p0 + h1, p3 = p1 + h1, p4 = p0 + h2, p5 = p1 + h2, p6 = p2 + h2, p7 = p3 + h2;
          let a0 = read(p0), a1 = read(p1), a2 = read(p2), a3 = read(p3), a4 = read(p4), a5 = read(p5), a6 = read(p6), a7 = read(p7), t: v128;
          t = upper<T, F>(a0, a1, k0, s0); a1 = lower<T, F>(a0, a1, k0, s0); a0 = t;
          t = upper<T, F>(a2, a3, k0, s0); a3 = lower<T, F>(a2, a3, k0, s0); a2 = t;
          t = upper<T, F>(a4, a5, k0, s0); a5 = lower<T, F>(a4, a5, k0, s0); a4 = t;
          t = upper<T, F>(a6, a7, k0, s0); a7 = lower<T, F>(a6, a7, k0, s0); a6 = t;
          t = upper<T, F>(a0, a2, k1, s1); a2 = lower<T, F>(a0, a2, k1, s1); a0 = t;
          t = upper<T, F>(a1, a3, k1, s1); a3 = lower<T, F>(a1, a3, k1, s1); a1 = t;
          t = upper<T, F>(a4, a6, k1, s1); a6 = lower<T, F>(a4, a6, k1, s1); a4 = t;
          t = upper<T, F>(a5, a7, k1, s1); a7 = lower<T, F>(a5, a7, k1, s1); a5 = t;
          t = upper<T, F>(a0, a4, k2, s2); a4 = lower<T, F>(a0, a4, k2, s2); a0 = t;
          t = upper<T, F>(a1, a5, k2, s2); a5 = lower<T, F>(a1, a5, k2, s2); a1 = t;
          t = upper<T, F>(a2, a6, k2, s2); a6 = lower<T, F>(a2, a6, k2, s2); a2 = t;
          t = upper<T, F>(a3, a7, k2, s2); a7 = lower<T, F>(a3, a7, k2, s2); a3 = t;
          write(p0, a0); write(p1, a1); write(p2, a2); write(p3, a3); write(p4, a4); write(p5, a5); write(p6, a6); write(p7, a7);
        }
      }
    }
  }
}

function pass4<T, F>(state: usize, bytes: usize, h0: usize, h1: usize, k0: v128, s0: v128, k1: v128, s1: v128): void {
  const end = state + bytes;
  for (let o1 = state; o1 < end; o1 += h1 << 1) {
    for (let o0 = o1; o0 < o1 + h1; o0 += h0 << 1) {
      const stop = o0 + h0;
      for (let p0 = o0; p0 < stop; p0 += 16) {
        const p1 = p0 + h0, p2 = p0 + h1, p3 = p1 + h1;
        let a0 = read(p0), a1 = read(p1), a2 = read(p2), a3 = read(p3), t: v128;
        t = upper<T, F>(a0, a1, k0, s0); a1 = lower<T, F>(a0, a1, k0, s0); a0 = t;
        t = upper<T, F>(a2, a3, k0, s0); a3 = lower<T, F>(a2, a3, k0, s0); a2 = t;
        t = upper<T, F>(a0, a2, k1, s1); a2 = lower<T, F>(a0, a2, k1, s1); a0 = t;
        t = upper<T, F>(a1, a3, k1, s1); a3 = lower<T, F>(a1, a3, k1, s1); a1 = t;
        write(p0, a0); write(p1, a1); write(p2, a2); write(p3, a3);
      }
    }
  }
}

function pass2<T, F>(state: usize, bytes: usize, h: usize, k: v128, s: v128): void {
  const end = state + bytes;
  for (let block = state; block < end; block += h << 1) {
    const stop = block + h;
    for (let p = block; p < stop; p += 16) {
      const x = read(p), y = read(p + h);
      write(p, upper<T, F>(x, y, k, s));
      write(p + h, lower<T, F>(x, y, k, s));
    }
  }
}

/** The lowest bit of a mask, and the mask without it. */
// @ts-ignore: decorator
@inline export function lowest(mask: i32): i32 { return ctz<i32>(mask); }
// @ts-ignore: decorator
@inline export function without(mask: i32): i32 { return mask & (mask - 1); }

/**
 * Mixes the index bits of `mask`.
 *
 * @param bytes - Of the state, or of a block that holds all bits of the mask.
 * @param kind - 0: shears, in sine form where `sines` has the bit; 1: whole rotations.
 * @param coefficients - For each index bit two vectors: k (or cos) and sin.
 * @param sign - −1 for the inverse.
 */
export function mixBits<T>(state: usize, bytes: usize, mask: i32, kind: i32, sines: i32, coefficients: usize, sign: T): void {
  const signs = splat<T>(sign);
  for (let left = kind ? 0 : mask & sines; left; left = without(left)) {
    const b = lowest(left), k = mul<T>(signs, read(coefficients + (<usize>b << 5)));
    pass2<T, Sine>(state, bytes, <usize>16 << b, k, k);
  }
  let left = kind ? mask : mask & ~sines;
  while (left) {
    const taken = radixBits(popcnt<i32>(left));
    const b0 = lowest(left);
    left = without(left);
    const at0 = coefficients + (<usize>b0 << 5), h0 = <usize>16 << b0;
    const k0 = kind ? read(at0) : mul<T>(signs, read(at0)), s0 = mul<T>(signs, read(at0 + 16));
    if (taken == 1) {
      if (kind) pass2<T, Whole>(state, bytes, h0, k0, s0);
      else pass2<T, Cosine>(state, bytes, h0, k0, s0);
      continue;
    }
    const b1 = lowest(left);
    left = without(left);
    const at1 = coefficients + (<usize>b1 << 5), h1 = <usize>16 << b1;
    const k1 = kind ? read(at1) : mul<T>(signs, read(at1)), s1 = mul<T>(signs, read(at1 + 16));
    if (taken == 2) {
      if (kind) pass4<T, Whole>(state, bytes, h0, h1, k0, s0, k1, s1);
      else pass4<T, Cosine>(state, bytes, h0, h1, k0, s0, k1, s1);
      continue;
    }
    const b2 = lowest(left);
    left = without(left);
    const at2 = coefficients + (<usize>b2 << 5), h2 = <usize>16 << b2;
    const k2 = kind ? read(at2) : mul<T>(signs, read(at2)), s2 = mul<T>(signs, read(at2 + 16));
    if (kind) pass8<T, Whole>(state, bytes, h0, h1, h2, k0, s0, k1, s1, k2, s2);
    else pass8<T, Cosine>(state, bytes, h0, h1, h2, k0, s0, k1, s1, k2, s2);
  }
}

/** Unnormalised Walsh–Hadamard transform over all index bits, lane by lane: out[m] = Σ_x (−1)^{|m & x|} in[x]. */
export function walshTransform<T>(data: usize, bits: i32): void {
  const bytes = <usize>16 << bits, none = splat<T>(<T>0);
  let bit = 0;
  while (bit < bits) {
    const h = <usize>16 << bit;
    const taken = radixBits(bits - bit);
    if (taken == 3) pass8<T, Butterfly>(data, bytes, h, h << 1, h << 2, none, none, none, none, none, none);
    else if (taken == 2) pass4<T, Butterfly>(data, bytes, h, h << 1, none, none, none, none);
    else pass2<T, Butterfly>(data, bytes, h, none, none);
    bit += taken;
  }
}

/** log2 of the vectors of a block that stays in the first cache. */
const BLOCK_BITS: i32 = 10;

/** As `mixBits`, over the whole state: all low bits block by block, then the high ones. */
export function rotateBits<T>(state: usize, bits: i32, mask: i32, kind: i32, sines: i32, coefficients: usize, sign: T): void {
  const bytes = <usize>16 << bits;
  if (bits <= BLOCK_BITS + 2) {
    mixBits<T>(state, bytes, mask, kind, sines, coefficients, sign);
    return;
  }
  const block = <usize>16 << BLOCK_BITS, low = mask & ((1 << BLOCK_BITS) - 1);
  if (low) for (let at = state; at < state + bytes; at += block) mixBits<T>(at, block, low, kind, sines, coefficients, sign);
  mixBits<T>(state, bytes, mask ^ low, kind, sines, coefficients, sign);
}

/** The rotation of the bit that lies in the lanes (float32): (a, b) → (cos·a − sin·b, sin·a + cos·b). */
export function rotateLanes(state: usize, bits: i32, c: f32, s: f32): void {
  const cs = f32x4.splat(c), ss = f32x4(-s, -s, s, s), end = state + (<usize>16 << bits);
  for (let x = state; x < end; x += 16) {
    const z = read(x);
    write(x, madd<f32>(v128.shuffle<i64>(z, z, 1, 0), ss, mul<f32>(z, cs)));
  }
}
