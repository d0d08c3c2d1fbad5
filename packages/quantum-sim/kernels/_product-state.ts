// The encoding and the first layer's rotations act on each qubit alone, so the state after them is a product ⊗_q (u_q0, u_q1), other
// amplitudes for every sample. Its gradient needs Λ_q(a) = Σ over the other bits of λ(x)·conj ∏_{r≠q} u_r(x_r), for which the bits are
// contracted one after the other: O(2^n) for all qubits together.
import { Plan } from "./_plan";
import { add, mul, read, rotateBack, rotateBy, samplesPerVector, splat, write } from "./_vector";

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

/** The product state, built from the lowest bit up. */
export function buildProduct<T>(state: usize, qubits: usize, n: i32): void {
  const last = qubits + <usize>(n - 1) * QUBIT;
  // (re, im) = (re, re)·(1, 0) + (im, −im)·(0, 1), read from the factors of the lowest bit.
  write(state, rotateBy<T>(one<T>(), read(last), read(last + 16)));
  write(state + 16, rotateBy<T>(one<T>(), read(last + 32), read(last + 48)));
  let filled: usize = 32;
  for (let q = n - 2; q >= 0; q--) {
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

/**
 * Writes `factor`·Λ_q(a) of each sample to `plan.contractions`.
 *
 * @param bra - λ; not changed.
 * @param scratch - Two states.
 */
export function contractProduct<T>(plan: Plan, circuit: i32, firstSample: i32, bra: usize, qubits: usize, factor: T, scratch: usize): void {
  const n = plan.qubits;
  // `rest` holds λ with the bits below q contracted; each step contracts the bits above q from a copy, then bit q itself.
  let rest = bra, free = scratch, bytes = <usize>16 << n;
  for (let q = n - 1; q >= 0; q--) {
    let from = rest, half = bytes;
    for (let r = 0; r < q; r++) {
      half >>= 1;
      const at = qubits + <usize>r * QUBIT;
      for (let x: usize = 0; x < half; x += 16) write(free + x, contractPair<T>(read(from + x), read(from + half + x), at));
      from = free;
    }
    storeSamples<T>(plan, circuit, firstSample, q, from, factor);
    if (q == 0) return;
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
