// The encoding and the first layer's rotations act on each qubit alone, so the state after them is a product ⊗_q (u_q0, u_q1), other
// amplitudes for every sample. Its gradient needs Λ_q(a) = Σ over the other bits of λ(x)·conj ∏_{r≠q} u_r(x_r), for which the bits are
// contracted one after the other: O(2^n) for all qubits together.
import { Plan } from "./_plan";
import { add, madd, mul, read, rotateBack, rotateBy, samplesPerVector, splat, swap, VECTOR, write, zero } from "./_vector";

/** Bytes of a qubit's factors: vectors (re, re), (−im, im) of u_q0, then of u_q1. */
const QUBIT: usize = 64;

/** Reads the amplitudes of the samples that share a vector. Samples beyond the batch are |0…0⟩. */
export function loadQubits<T>(plan: Plan, circuit: i32, firstSample: i32, qubits: usize): void {
  const n = plan.qubits;
  for (let lane = 0; lane < samplesPerVector<T>(); lane++) {
    const sample = firstSample + lane;
    const from = plan.amplitudes + <usize>((sample * plan.circuits + circuit) * n) * 4 * sizeof<T>();
    for (let q = 0; q < n; q++) {
      for (let a = 0; a < 2; a++) {
        let re: T = a == 0 ? <T>1 : <T>0, im: T = <T>0;
        if (sample < plan.batch) {
          re = load<T>(from + <usize>(q * 4 + a * 2) * sizeof<T>());
          im = load<T>(from + <usize>(q * 4 + a * 2) * sizeof<T>(), sizeof<T>());
        }
        const to = qubits + <usize>q * QUBIT + <usize>a * 32 + <usize>(lane * 2) * sizeof<T>();
        store<T>(to, re);
        store<T>(to, re, sizeof<T>());
        store<T>(to + 16, <T>-im);
        store<T>(to + 16, im, sizeof<T>());
      }
    }
  }
}

/** The product state of qubits first … end − 1, built from the lowest bit up. */
export function buildProduct<T>(state: usize, qubits: usize, first: i32, end: i32): void {
  const last = qubits + <usize>(end - 1) * QUBIT;
  // (re, im) = (re, re)·(1, 0) + (im, −im)·(0, 1), read from the factors of the lowest bit.
  write(state, rotateBy<T>(one<T>(), read(last), read(last + 16)));
  write(state + 16, rotateBy<T>(one<T>(), read(last + 32), read(last + 48)));
  let filled: usize = 32;
  for (let q = end - 2; q >= first; q--) {
    const at = qubits + <usize>q * QUBIT;
    const r0 = read(at), j0 = read(at + 16), r1 = read(at + 32), j1 = read(at + 48);
    for (let x = state; x < state + filled; x += 16) {
      const z = read(x);
      write(x + filled, rotateBy<T>(z, r1, j1));
      write(x, rotateBy<T>(z, r0, j0));
    }
    filled <<= 1;
  }
}

/** 1 + 0i in every sample. */
// @ts-ignore: decorator
@inline function one<T>(): v128 { return sizeof<T>() == 4 ? f32x4(1, 0, 1, 0) : f64x2(1, 0); }

/** λ0·conj(u_q0) + λ1·conj(u_q1), with the factors of a qubit at `at`. */
// @ts-ignore: decorator
@inline function contractPair<T>(l0: v128, l1: v128, at: usize): v128 {
  return add<T>(rotateBack<T>(l0, read(at), read(at + 16)), rotateBack<T>(l1, read(at + 32), read(at + 48)));
}

/** From this on the bits are contracted in two halves. */
const LEAST_HALVED: i32 = 5;

/**
 * Writes `factor`·Λ_q(a) of each sample to `plan.contractions`. All low bits are contracted with their product at once, for the Λ of the
 * high ones, and all high bits for those of the low ones: two multiply-adds an amplitude each.
 *
 * @param bra - λ; not changed.
 * @param scratch - Two states.
 */
export function contractProduct<T>(plan: Plan, circuit: i32, firstSample: i32, bra: usize, qubits: usize, factor: T, scratch: usize): void {
  const n = plan.qubits;
  if (n < LEAST_HALVED) {
    contractEach<T>(plan, circuit, firstSample, bra, qubits, 0, n, factor, scratch);
    return;
  }
  const middle = (n + 1) >> 1, high = <usize>1 << middle, low = <usize>1 << (n - middle);
  // high ≥ low: room for the factors of one half, its product or what is left of λ, and what `contractEach` needs.
  const factors = scratch, rest = factors + 2 * VECTOR * high, free = rest + VECTOR * high;
  buildProduct<T>(rest, qubits, middle, n);
  spreadFactors<T>(rest, low, factors);
  contractLow<T>(bra, high, low, factors, rest);
  contractEach<T>(plan, circuit, firstSample, rest, qubits, 0, middle, factor, free);
  buildProduct<T>(rest, qubits, 0, middle);
  spreadFactors<T>(rest, high, factors);
  contractHigh<T>(bra, high, low, factors, rest);
  contractEach<T>(plan, circuit, firstSample, rest, qubits, middle, n, factor, free);
}

/** (re, im) → (re, re), (−im, im). */
function spreadFactors<T>(from: usize, count: usize, to: usize): void {
  const signs = sizeof<T>() == 4 ? f32x4(-1, 1, -1, 1) : f64x2(-1, 1);
  for (let x: usize = 0; x < count; x++) {
    const z = read(from + (x << 4));
    const re = sizeof<T>() == 4 ? v128.shuffle<i32>(z, z, 0, 0, 2, 2) : v128.shuffle<i64>(z, z, 0, 0);
    const im = sizeof<T>() == 4 ? v128.shuffle<i32>(z, z, 1, 1, 3, 3) : v128.shuffle<i64>(z, z, 1, 1);
    write(factors(to, x), re);
    write(factors(to, x) + VECTOR, mul<T>(im, signs));
  }
}
// @ts-ignore: decorator
@inline function factors(table: usize, x: usize): usize { return table + (x << 5); }

/** Σ z·conj(w) from Σ z·(re, re) and Σ z·(−im, im). */
// @ts-ignore: decorator
@inline function conjugated<T>(direct: v128, turned: v128): v128 { return add<T>(direct, swap<T>(turned)); }

/** out[h] = Σ_l λ[h][l]·conj w[l], two rows and two columns a turn. */
function contractLow<T>(bra: usize, high: usize, low: usize, table: usize, out: usize): void {
  const row = low << 4;
  for (let h: usize = 0; h < high; h += 2) {
    const first = bra + h * row;
    let a0 = zero(), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
    for (let l: usize = 0; l < low; l += 2) {
      const at = first + (l << 4), w = factors(table, l);
      const r0 = read(w), j0 = read(w + 16), r1 = read(w + 32), j1 = read(w + 48);
      const x = read(at), y = read(at + 16), u = read(at + row), v = read(at + row + 16);
      a0 = madd<T>(x, r0, a0); a1 = madd<T>(x, j0, a1); b0 = madd<T>(y, r1, b0); b1 = madd<T>(y, j1, b1);
      c0 = madd<T>(u, r0, c0); c1 = madd<T>(u, j0, c1); d0 = madd<T>(v, r1, d0); d1 = madd<T>(v, j1, d1);
    }
    write(out + (h << 4), conjugated<T>(add<T>(a0, b0), add<T>(a1, b1)));
    write(out + (h << 4) + 16, conjugated<T>(add<T>(c0, d0), add<T>(c1, d1)));
  }
}

/** out[l] = Σ_h λ[h][l]·conj w[h], four columns a turn. */
function contractHigh<T>(bra: usize, high: usize, low: usize, table: usize, out: usize): void {
  const row = low << 4;
  for (let l: usize = 0; l < low; l += 4) {
    let at = bra + (l << 4);
    let a0 = zero(), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
    for (let h: usize = 0; h < high; h++, at += row) {
      const r = read(factors(table, h)), j = read(factors(table, h) + 16);
      const x = read(at), y = read(at + 16), u = read(at + 32), v = read(at + 48);
      a0 = madd<T>(x, r, a0); a1 = madd<T>(x, j, a1); b0 = madd<T>(y, r, b0); b1 = madd<T>(y, j, b1);
      c0 = madd<T>(u, r, c0); c1 = madd<T>(u, j, c1); d0 = madd<T>(v, r, d0); d1 = madd<T>(v, j, d1);
    }
    const to = out + (l << 4);
    write(to, conjugated<T>(a0, a1)); write(to + 16, conjugated<T>(b0, b1));
    write(to + 32, conjugated<T>(c0, c1)); write(to + 48, conjugated<T>(d0, d1));
  }
}

/** Writes Λ of qubits first … end − 1 from λ with all others contracted; `scratch` holds two vectors for each of its amplitudes. */
function contractEach<T>(
  plan: Plan, circuit: i32, firstSample: i32, bra: usize, qubits: usize, first: i32, end: i32, factor: T, scratch: usize,
): void {
  // `rest` holds λ with the bits below q contracted; each step contracts the bits above q from a copy, then bit q itself.
  let rest = bra, free = scratch, bytes = <usize>16 << (end - first);
  for (let q = end - 1; q >= first; q--) {
    let from = rest, half = bytes;
    for (let r = first; r < q; r++) {
      half >>= 1;
      const at = qubits + <usize>r * QUBIT;
      for (let x: usize = 0; x < half; x += 16) write(free + x, contractPair<T>(read(from + x), read(from + half + x), at));
      from = free;
    }
    storeSamples<T>(plan, circuit, firstSample, q, from, factor);
    if (q == first) return;
    const at = qubits + <usize>q * QUBIT;
    const next = free + (bytes >> 1);
    bytes >>= 1;
    for (let x: usize = 0; x < bytes; x += 16) write(next + x, contractPair<T>(read(rest + 2 * x), read(rest + 2 * x + 16), at));
    rest = next;
    free = next + bytes;
  }
}

/** Λ_q(0), Λ_q(1) from two vectors to each sample's four reals. */
function storeSamples<T>(plan: Plan, circuit: i32, firstSample: i32, q: i32, from: usize, factor: T): void {
  const k = splat<T>(factor);
  const scaled0 = mul<T>(read(from), k), scaled1 = mul<T>(read(from + 16), k);
  const stride = <usize>(plan.circuits * plan.qubits) * 4 * sizeof<T>();
  const to = plan.contractions + <usize>((firstSample * plan.circuits + circuit) * plan.qubits + q) * 4 * sizeof<T>();
  if (sizeof<T>() == 8) {
    write(to, scaled0);
    write(to + 16, scaled1);
    return;
  }
  v128.store_lane<u64>(to, scaled0, 0);
  v128.store_lane<u64>(to + 8, scaled1, 0);
  if (firstSample + 1 == plan.batch) return;
  v128.store_lane<u64>(to + stride, scaled0, 1);
  v128.store_lane<u64>(to + stride + 8, scaled1, 1);
}
