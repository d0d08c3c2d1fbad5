// Diagonals as one complex number in every lane of every vector: e^{iγ_b} where bit b is 1, e^{iγ_br} where bits b and r are 1, built
// bit by bit in O(2^bits), and e^{±iγ} by the parity of any mask. See ../src/program.md.
import { add, mul, read, rotateBack, rotateBy, splat, swap, write } from "./_vector";

/** (re, re) of each sample. */
// @ts-ignore: decorator
@inline function reals<T>(z: v128): v128 { return sizeof<T>() == 4 ? v128.shuffle<i32>(z, z, 0, 0, 2, 2) : v128.shuffle<i64>(z, z, 0, 0); }
/** (−im, im) of each sample. */
// @ts-ignore: decorator
@inline function imaginaries<T>(z: v128): v128 {
  return sizeof<T>() == 4
    ? mul<T>(v128.shuffle<i32>(z, z, 1, 1, 3, 3), f32x4(-1, 1, -1, 1))
    : mul<T>(v128.shuffle<i64>(z, z, 1, 1), f64x2(-1, 1));
}
/** z·w and z·w̄, sample by sample. */
// @ts-ignore: decorator
@inline export function times<T>(z: v128, w: v128): v128 { return rotateBy<T>(z, reals<T>(w), imaginaries<T>(w)); }
// @ts-ignore: decorator
@inline export function timesConjugate<T>(z: v128, w: v128): v128 { return rotateBack<T>(z, reals<T>(w), imaginaries<T>(w)); }

/** 2·32 bytes for every bit and pair of bits: (re, re) and (−im, im). Pair (b, r), r < b, has index b·(b − 1)/2 + r. */
// @ts-ignore: decorator
@inline function pairIndex(b: i32, r: i32): usize { return <usize>((b * (b - 1)) / 2 + r) << 5; }

/**
 * @param out - [2^bits] vectors.
 * @param scratch - Half as many.
 * @param start - A vector: the value at index 0.
 * @param linear - [bits] factors.
 * @param quadratic - [bits·(bits − 1)/2] factors.
 * @param partners - i32 [bits]: the lower bits that bit b has a pair factor with.
 */
export function buildDiagonal<T>(out: usize, scratch: usize, bits: i32, start: usize, linear: usize, quadratic: usize, partners: usize): void {
  write(out, read(start));
  let filled: usize = 16;
  for (let b = 0; b < bits; b++) {
    const r = read(linear + (<usize>b << 5)), j = read(linear + (<usize>b << 5) + 16);
    const mask = load<i32>(partners + (<usize>b << 2));
    if (mask == 0) {
      for (let x = out; x < out + filled; x += 16) write(x + filled, rotateBy<T>(read(x), r, j));
      filled <<= 1;
      continue;
    }
    // The factor of bit b as a product over the bits below, repeated above the highest partner.
    const one = sizeof<T>() == 4 ? f32x4(1, 0, 1, 0) : f64x2(1, 0);
    write(scratch, rotateBy<T>(one, r, j));
    const top = 32 - clz<i32>(mask);
    let made: usize = 16;
    for (let q = 0; q < top; q++) {
      const at = quadratic + pairIndex(b, q);
      if ((mask >> q) & 1) {
        const qr = read(at), qj = read(at + 16);
        for (let x = scratch; x < scratch + made; x += 16) write(x + made, rotateBy<T>(read(x), qr, qj));
      } else {
        memory.copy(scratch + made, scratch, made);
      }
      made <<= 1;
    }
    for (let block = out; block < out + filled; block += made) {
      for (let x: usize = 0; x < made; x += 16) write(block + filled + x, times<T>(read(block + x), read(scratch + x)));
    }
    filled <<= 1;
  }
}

/** out[x] ·= e^{iγ} where x & mask has an even number of ones, e^{−iγ} elsewhere; (cos, cos), (−sin, sin) of γ at `factor`. */
export function multiplyParity<T>(out: usize, bits: i32, mask: i32, factor: usize): void {
  const r = read(factor), j = read(factor + 16), minus = mul<T>(j, splat<T>(<T>-1));
  for (let x = 0; x < 1 << bits; x++) {
    const at = out + (<usize>x << 4);
    write(at, rotateBy<T>(read(at), r, popcnt<i32>(x & mask) & 1 ? minus : j));
  }
}

/** out[x] ·= segment[moves[x]]; `moves` are byte offsets. With `byLane` each lane of float32 has a move of its own. */
export function multiplyGathered<T>(out: usize, bits: i32, segment: usize, moves: usize, byLane: i32): void {
  for (let x: usize = 0; x < <usize>1 << bits; x++) {
    const at = out + (x << 4);
    const factor = byLane
      ? v128.load64_lane(segment + <usize>load<u32>(moves + (x << 3) + 4), v128.load64_zero(segment + <usize>load<u32>(moves + (x << 3))), 1)
      : read(segment + <usize>load<u32>(moves + (x << 2)));
    write(at, times<T>(read(at), factor));
  }
}

/** out[x] ·= signs[x]; with `byLane` there are two signs for each vector of float32. */
export function multiplySigns<T>(out: usize, bits: i32, signs: usize, byLane: i32): void {
  for (let x: usize = 0; x < <usize>1 << bits; x++) {
    const at = out + (x << 4);
    write(at, mul<T>(read(at), signAt<T>(signs, x, byLane)));
  }
}

/** The sign of vector x in every lane. */
// @ts-ignore: decorator
@inline export function signAt<T>(signs: usize, x: usize, byLane: i32): v128 {
  if (sizeof<T>() == 8) return v128.load64_splat(signs + (x << 3));
  if (byLane) {
    const two = v128.load64_splat(signs + (x << 3));
    return v128.shuffle<i32>(two, two, 0, 0, 1, 1);
  }
  return v128.load32_splat(signs + (x << 2));
}

/** Factors that all samples share, from the first sample's lanes: T [N] real parts, then T [N][2] of (−imaginary, imaginary). */
export function packFactors<T>(vectors: usize, bits: i32, factors: usize): void {
  const count = <usize>1 << bits, pairs = factors + count * sizeof<T>();
  for (let x: usize = 0; x < count; x++) {
    const re = load<T>(vectors + (x << 4)), im = load<T>(vectors + (x << 4), sizeof<T>());
    store<T>(factors + x * sizeof<T>(), re);
    store<T>(pairs + 2 * x * sizeof<T>(), <T>-im);
    store<T>(pairs + 2 * x * sizeof<T>(), im, sizeof<T>());
  }
}

/** out ← λ-vector of a diagonal observable: (start + Σ_b ±vectors[b]) by the signs of the bits; O(2^bits). */
export function signedSums<T>(out: usize, bits: i32, start: usize, vectors: usize): void {
  write(out, read(start));
  let filled: usize = 16;
  for (let b = 0; b < bits; b++) {
    const g = read(vectors + (<usize>b << 4)), minus = mul<T>(g, splat<T>(<T>-1));
    for (let x = out; x < out + filled; x += 16) {
      const z = read(x);
      write(x + filled, add<T>(z, minus));
      write(x, add<T>(z, g));
    }
    filled <<= 1;
  }
}

/** target[x] = state[x]·values[x] lane by lane. */
export function multiplyLanes<T>(state: usize, values: usize, bits: i32, target: usize): void {
  for (let x: usize = 0; x < <usize>16 << bits; x += 16) write(target + x, mul<T>(read(state + x), read(values + x)));
}

/** i·z of each sample, for the words with an odd number of Y. */
// @ts-ignore: decorator
@inline export function timesI<T>(z: v128): v128 {
  return mul<T>(swap<T>(z), sizeof<T>() == 4 ? f32x4(-1, 1, -1, 1) : f64x2(-1, 1));
}

/**
 * ⊗_b (u_b0, u_b1) times `start`, from the lowest bit up.
 *
 * @param factors - [bits] of 64 bytes: (re, re), (−im, im) of u_b0, then of u_b1.
 */
export function buildProductState<T>(out: usize, bits: i32, start: usize, factors: usize): void {
  write(out, read(start));
  let filled: usize = 16;
  for (let b = 0; b < bits; b++) {
    const at = factors + (<usize>b << 6);
    const r0 = read(at), j0 = read(at + 16), r1 = read(at + 32), j1 = read(at + 48);
    for (let x = out; x < out + filled; x += 16) {
      const z = read(x);
      write(x + filled, rotateBy<T>(z, r1, j1));
      write(x, rotateBy<T>(z, r0, j0));
    }
    filled <<= 1;
  }
}
