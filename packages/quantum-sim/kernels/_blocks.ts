// Gates that are neither turns of one qubit nor diagonal: rotations of listed pairs of amplitudes, 2×2 matrices on listed pairs,
// and dense matrices on any index bits. Coefficients are vectors, so each sample may have its own.
import { timesI } from "./_diagonals";
import { addVector } from "./_strided-overlaps";
import { add, madd, mul, nmadd, read, rotateBy, splat, sub, SUM_BLOCK, swap, write, zero } from "./_vector";

/**
 * exp(−iθG/2) on pairs (x, x ⊕ flip), x from a list of byte offsets.
 *
 * @param kind - 0: G has i, −i between the two (Y): coefficients (cos), (sin). 1: G has 1 (X): coefficients (cos), (sin, −sin).
 * @param positive - Entries of the list with G as above; the `negative` that follow have −G.
 */
export function rotatePairs<T>(state: usize, list: usize, positive: i32, negative: i32, flip: usize, kind: i32, coefficients: usize): void {
  const c = read(coefficients);
  let s = read(coefficients + 16);
  let at = list;
  for (let part = 0; part < 2; part++) {
    const end = at + (<usize>(part == 0 ? positive : negative) << 2);
    if (kind == 0) {
      for (; at < end; at += 4) {
        const p = state + <usize>load<u32>(at), q = state + (<usize>load<u32>(at) ^ flip);
        const a = read(p), b = read(q);
        write(p, nmadd<T>(s, b, mul<T>(c, a)));
        write(q, madd<T>(s, a, mul<T>(c, b)));
      }
    } else {
      for (; at < end; at += 4) {
        const p = state + <usize>load<u32>(at), q = state + (<usize>load<u32>(at) ^ flip);
        const a = read(p), b = read(q);
        write(p, madd<T>(s, swap<T>(b), mul<T>(c, a)));
        write(q, madd<T>(s, swap<T>(a), mul<T>(c, b)));
      }
    }
    s = mul<T>(s, splat<T>(<T>-1));
  }
}

/** Adds `factor`·Re⟨λ|−iG|ψ⟩ at `out`, lane by lane: kind 0 counts all lanes +, kind 1 the im lanes −. */
export function addPairOverlap<T>(
  bra: usize, state: usize, list: usize, positive: i32, negative: i32, flip: usize, kind: i32, factor: T, out: usize,
): void {
  let total = zero();
  let at = list;
  for (let part = 0; part < 2; part++) {
    const end = at + (<usize>(part == 0 ? positive : negative) << 2);
    let sum = zero();
    for (; at < end; at += 4) {
      const x = <usize>load<u32>(at), y = x ^ flip;
      const la = read(bra + x), lb = read(bra + y), a = read(state + x), b = read(state + y);
      sum = add<T>(
        sum,
        kind == 0 ? sub<T>(mul<T>(lb, a), mul<T>(la, b)) : add<T>(mul<T>(la, swap<T>(b)), mul<T>(lb, swap<T>(a))),
      );
    }
    total = part == 0 ? sum : sub<T>(total, sum);
  }
  addVector<T>(out, mul<T>(total, splat<T>(factor)));
}

/**
 * A dense matrix on k index bits.
 *
 * @param bases - u32 byte offsets of the amplitudes whose k bits are all 0.
 * @param offsets - u32 [dim] byte offsets of the basis states of the k bits.
 * @param matrix - [dim][dim] factors of 32 bytes: (re, re), (−im, im).
 * @param scratch - dim vectors.
 */
export function applyDense<T>(state: usize, bases: usize, numBases: i32, offsets: usize, dim: i32, matrix: usize, scratch: usize): void {
  if (dim == 2) {
    applyDense2<T>(state, bases, numBases, offsets, matrix);
    return;
  }
  for (let i = 0; i < numBases; i++) {
    const base = state + <usize>load<u32>(bases + (<usize>i << 2));
    for (let c = 0; c < dim; c++) write(scratch + (<usize>c << 4), read(base + <usize>load<u32>(offsets + (<usize>c << 2))));
    let entry = matrix;
    for (let r = 0; r < dim; r++) {
      let direct = zero(), turned = zero();
      for (let c = 0; c < dim; c++) {
        const z = read(scratch + (<usize>c << 4));
        direct = madd<T>(z, read(entry), direct);
        turned = madd<T>(swap<T>(z), read(entry + 16), turned);
        entry += 32;
      }
      write(base + <usize>load<u32>(offsets + (<usize>r << 2)), add<T>(direct, turned));
    }
  }
}

function applyDense2<T>(state: usize, bases: usize, numBases: i32, offsets: usize, matrix: usize): void {
  const o0 = <usize>load<u32>(offsets), o1 = <usize>load<u32>(offsets + 4);
  const r00 = read(matrix), j00 = read(matrix + 16), r01 = read(matrix + 32), j01 = read(matrix + 48);
  const r10 = read(matrix + 64), j10 = read(matrix + 80), r11 = read(matrix + 96), j11 = read(matrix + 112);
  for (let i = 0; i < numBases; i++) {
    const base = state + <usize>load<u32>(bases + (<usize>i << 2));
    const a = read(base + o0), b = read(base + o1);
    write(base + o0, add<T>(rotateBy<T>(a, r00, j00), rotateBy<T>(b, r01, j01)));
    write(base + o1, add<T>(rotateBy<T>(a, r10, j10), rotateBy<T>(b, r11, j11)));
  }
}

/** Adds Σ λ_r·ψ_c and Σ λ_r·swap(ψ_c) at `out`, [dim][dim] of 32 bytes: Re and Im of Σ λ̄_r ψ_c, lane by lane. */
export function addDenseOverlaps<T>(bra: usize, state: usize, bases: usize, numBases: i32, offsets: usize, dim: i32, factor: T, out: usize): void {
  const f = splat<T>(factor);
  for (let r = 0; r < dim; r++) {
    const row = bra + <usize>load<u32>(offsets + (<usize>r << 2));
    for (let c = 0; c < dim; c++) {
      const column = state + <usize>load<u32>(offsets + (<usize>c << 2));
      let re = zero(), im = zero();
      for (let i = 0; i < numBases; i++) {
        const base = <usize>load<u32>(bases + (<usize>i << 2));
        const l = read(row + base), q = read(column + base);
        re = madd<T>(l, q, re);
        im = madd<T>(l, swap<T>(q), im);
      }
      const at = out + (<usize>(r * dim + c) << 5);
      addVector<T>(at, mul<T>(f, re));
      addVector<T>(at + 16, mul<T>(f, im));
    }
  }
}

// @ts-ignore: decorator
@inline function halves(z: v128, isFlipped: i32): v128 { return isFlipped ? v128.shuffle<i64>(z, z, 1, 0) : z; }

/**
 * A Pauli word that flips bits: `out` ← Σ over half of the x of ±ψ(x ⊕ flip)·ψ(x) (kind 0) or its Im (kind 1), lane by lane, with the
 * sign of the parity of x & signMask.
 *
 * @param flip - Index bits; 0 if only the bit in the lanes flips, when all x count.
 */
export function expectWord<T>(state: usize, bits: i32, flip: i32, signMask: i32, isLaneFlipped: i32, kind: i32, out: usize): void {
  const top = flip == 0 ? 0 : 1 << (31 - clz<i32>(flip));
  let sum = zero(), lost = zero();
  for (let block = 0; block < 1 << bits; block += SUM_BLOCK) {
    const end = min<i32>(block + SUM_BLOCK, 1 << bits);
    let part = zero();
    for (let x = block; x < end; x++) {
      if (x & top) continue;
      const a = read(state + (<usize>x << 4));
      const b = halves(read(state + (<usize>(x ^ flip) << 4)), isLaneFlipped);
      // conj(ψ(y))·ψ(x): its Re has the lanes a·b, its Im the lanes (y_re·x_im, y_im·x_re) with signs +, −.
      const product = kind == 0 ? mul<T>(a, b) : mul<T>(b, swap<T>(a));
      part = popcnt<i32>(x & signMask) & 1 ? sub<T>(part, product) : add<T>(part, product);
    }
    // Kahan's sum, as in foldBits.
    const term = sub<T>(part, lost), next = add<T>(sum, term);
    lost = sub<T>(sub<T>(next, sum), term);
    sum = next;
  }
  write(out, sum);
}

/** λ(x ⊕ flip) += ±coefficient·ψ(x), times i if `kind` is 1; the coefficient's lanes are those of the target. */
export function addWord<T>(state: usize, bra: usize, bits: i32, flip: i32, signMask: i32, isLaneFlipped: i32, kind: i32, coefficient: usize): void {
  const k = read(coefficient), minus = mul<T>(k, splat<T>(<T>-1));
  for (let x = 0; x < 1 << bits; x++) {
    const z = halves(read(state + (<usize>x << 4)), isLaneFlipped);
    const factor = popcnt<i32>(x & signMask) & 1 ? minus : k;
    addVector<T>(bra + (<usize>(x ^ flip) << 4), mul<T>(factor, kind == 0 ? z : timesI<T>(z)));
  }
}
