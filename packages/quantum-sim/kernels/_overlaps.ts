// Gradients of a layer: with λ the cotangent state and ψ the state at the same point, the slope of a rotation about Pauli P on qubit q
// is Re⟨λ|−iP_q|ψ⟩. Y and X need pairs of amplitudes that differ in the qubit's bit, in radix-8 passes; Z needs one fold.
import { radixBits } from "./_rotations";
import { add, addTo, mul, read, sub, sumLanes, sumLanesSigned, swap, write, zero } from "./_vector";

/** Types that stand for the Pauli of a pair overlap. */
type PauliY = i8;
type PauliX = i16;

/** Y: Re⟨λ|−iY|ψ⟩ = Σ λ1·ψ0 − λ0·ψ1 lane by lane. X: Σ λ0·swap(ψ1) + λ1·swap(ψ0), whose re lanes count + and im lanes −. */
// @ts-ignore: decorator
@inline function pair<T, P>(l0: v128, l1: v128, q0: v128, q1: v128): v128 {
  return sizeof<P>() == sizeof<PauliY>() ? sub<T>(mul<T>(l1, q0), mul<T>(l0, q1)) : add<T>(mul<T>(l1, q0), mul<T>(l0, q1));
}
// @ts-ignore: decorator
@inline function readKet<T, P>(at: usize): v128 { return sizeof<P>() == sizeof<PauliY>() ? read(at) : swap<T>(read(at)); }
// @ts-ignore: decorator
@inline function total<T, P>(sum: v128): T { return sizeof<P>() == sizeof<PauliY>() ? sumLanes<T>(sum) : sumLanesSigned<T>(sum); }

/** Pair overlaps of bits h, 2h, 4h (h in bytes), times `factor`, added at `out`, `out − stride`, `out − 2·stride`. */
function overlap8<T, P>(bra: usize, ket: usize, bytes: usize, h: usize, factor: T, out: usize, stride: usize): void {
  const d = ket - bra, end = bra + bytes;
  let s0 = zero(), s1 = s0, s2 = s0;
  for (let block = bra; block < end; block += h << 3) {
    const stop = block + h;
    for (let p0 = block; p0 < stop; p0 += 16) {
      const p1 = p0 + h, p2 = p1 + h, p3 = p2 + h, p4 = p3 + h, p5 = p4 + h, p6 = p5 + h, p7 = p6 + h;
      const l0 = read(p0), l1 = read(p1), l2 = read(p2), l3 = read(p3), l4 = read(p4), l5 = read(p5), l6 = read(p6), l7 = read(p7);
      const q0 = readKet<T, P>(p0 + d), q1 = readKet<T, P>(p1 + d);
      s0 = add<T>(s0, pair<T, P>(l0, l1, q0, q1));
      const q2 = readKet<T, P>(p2 + d), q3 = readKet<T, P>(p3 + d);
      s0 = add<T>(s0, pair<T, P>(l2, l3, q2, q3));
      s1 = add<T>(s1, pair<T, P>(l0, l2, q0, q2));
      s1 = add<T>(s1, pair<T, P>(l1, l3, q1, q3));
      const q4 = readKet<T, P>(p4 + d);
      s2 = add<T>(s2, pair<T, P>(l0, l4, q0, q4));
      const q5 = readKet<T, P>(p5 + d);
      s0 = add<T>(s0, pair<T, P>(l4, l5, q4, q5));
      s2 = add<T>(s2, pair<T, P>(l1, l5, q1, q5));
      const q6 = readKet<T, P>(p6 + d);
      s2 = add<T>(s2, pair<T, P>(l2, l6, q2, q6));
      s1 = add<T>(s1, pair<T, P>(l4, l6, q4, q6));
      const q7 = readKet<T, P>(p7 + d);
      s2 = add<T>(s2, pair<T, P>(l3, l7, q3, q7));
      s1 = add<T>(s1, pair<T, P>(l5, l7, q5, q7));
      s0 = add<T>(s0, pair<T, P>(l6, l7, q6, q7));
    }
  }
  addTo<T>(out, <T>(factor * total<T, P>(s0)));
  addTo<T>(out - stride, <T>(factor * total<T, P>(s1)));
  addTo<T>(out - 2 * stride, <T>(factor * total<T, P>(s2)));
}

function overlap4<T, P>(bra: usize, ket: usize, bytes: usize, h: usize, factor: T, out: usize, stride: usize): void {
  const d = ket - bra, end = bra + bytes;
  let s0 = zero(), s1 = s0;
  for (let block = bra; block < end; block += h << 2) {
    const stop = block + h;
    for (let p0 = block; p0 < stop; p0 += 16) {
      const p1 = p0 + h, p2 = p1 + h, p3 = p2 + h;
      const l0 = read(p0), l1 = read(p1), l2 = read(p2), l3 = read(p3);
      const q0 = readKet<T, P>(p0 + d), q1 = readKet<T, P>(p1 + d), q2 = readKet<T, P>(p2 + d), q3 = readKet<T, P>(p3 + d);
      s0 = add<T>(s0, add<T>(pair<T, P>(l0, l1, q0, q1), pair<T, P>(l2, l3, q2, q3)));
      s1 = add<T>(s1, add<T>(pair<T, P>(l0, l2, q0, q2), pair<T, P>(l1, l3, q1, q3)));
    }
  }
  addTo<T>(out, <T>(factor * total<T, P>(s0)));
  addTo<T>(out - stride, <T>(factor * total<T, P>(s1)));
}

function overlap2<T, P>(bra: usize, ket: usize, bytes: usize, h: usize, factor: T, out: usize): void {
  const d = ket - bra, end = bra + bytes;
  let sum = zero();
  for (let block = bra; block < end; block += h << 1) {
    const stop = block + h;
    for (let p = block; p < stop; p += 16) {
      sum = add<T>(sum, pair<T, P>(read(p), read(p + h), readKet<T, P>(p + d), readKet<T, P>(p + h + d)));
    }
  }
  addTo<T>(out, <T>(factor * total<T, P>(sum)));
}

/**
 * The pair overlap of Pauli P for the index bits of `mask`, and for others where that costs no pass more; `out` belongs to qubit 0, the
 * next qubit follows after `stride` bytes.
 */
function pairOverlaps<T, P>(bra: usize, ket: usize, qubits: i32, mask: i32, factor: T, out: usize, stride: usize): void {
  const bytes = <usize>16 << qubits;
  let bit = 0;
  while (bit < qubits) {
    const h = <usize>16 << bit, at = out + <usize>(qubits - 1 - bit) * stride;
    const taken = radixBits(qubits - bit);
    const wanted = (mask >> bit) & ((1 << taken) - 1);
    if (popcnt<i32>(wanted) == 1) {
      const own = ctz<i32>(wanted);
      overlap2<T, P>(bra, ket, bytes, h << own, factor, at - <usize>own * stride);
    } else if (wanted) {
      if (taken == 3) overlap8<T, P>(bra, ket, bytes, h, factor, at, stride);
      else overlap4<T, P>(bra, ket, bytes, h, factor, at, stride);
    }
    bit += taken;
  }
}

/** Re⟨λ|−iZ_q|ψ⟩ = Σ ±Im(λ̄ψ): lane products, folded at the highest bit, then at the next: O(2^n) for all qubits together. */
function foldOverlaps<T>(bra: usize, ket: usize, qubits: i32, factor: T, out: usize, stride: usize, scratch: usize): void {
  let half = <usize>8 << qubits;
  let sum = zero();
  for (let x: usize = 0; x < half; x += 16) {
    const a = mul<T>(read(bra + x), swap<T>(read(ket + x))), b = mul<T>(read(bra + half + x), swap<T>(read(ket + half + x)));
    sum = add<T>(sum, sub<T>(a, b));
    write(scratch + x, add<T>(a, b));
  }
  addTo<T>(out, <T>(factor * sumLanesSigned<T>(sum)));
  for (let q = 1; q < qubits; q++) {
    half >>= 1;
    sum = zero();
    for (let x = scratch; x < scratch + half; x += 16) {
      const a = read(x), b = read(x + half);
      sum = add<T>(sum, sub<T>(a, b));
      write(x, add<T>(a, b));
    }
    addTo<T>(out + <usize>q * stride, <T>(factor * sumLanesSigned<T>(sum)));
  }
}

/**
 * Adds `factor` times the overlaps of a layer to `out`, T [n][3] for X, Y, Z.
 *
 * @param isComplex - Whether X and Z are wanted; a layer without phases has slopes about Y only.
 * @param maskX - Index bits whose overlap about X is wanted.
 * @param scratch - Half a state.
 */
export function addOverlaps<T>(bra: usize, ket: usize, qubits: i32, isComplex: bool, maskX: i32, factor: T, out: usize, scratch: usize): void {
  const stride = 3 * sizeof<T>();
  pairOverlaps<T, PauliY>(bra, ket, qubits, -1, factor, out + sizeof<T>(), stride);
  if (!isComplex) return;
  pairOverlaps<T, PauliX>(bra, ket, qubits, maskX, factor, out, stride);
  foldOverlaps<T>(bra, ket, qubits, factor, out + 2 * sizeof<T>(), stride, scratch);
}
