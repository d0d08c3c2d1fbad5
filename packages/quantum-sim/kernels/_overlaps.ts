// Gradients of a layer: with λ the cotangent state and ψ the state at the same point, the slope of a rotation about Pauli P on qubit q
// is Re⟨λ|−iP_q|ψ⟩. Y and X need pairs of amplitudes that differ in the qubit's bit, in radix-8 passes; Z needs one fold.
import { BLOCK_BITS, MOST_WHOLE_BITS, radixBits } from "./_rotations";
import { add, addTo, madd, mul, nmadd, read, sub, sumLanes, sumLanesSigned, swap, write, zero } from "./_vector";

/** Types that stand for the Pauli of a pair overlap. */
type PauliY = i8;
type PauliX = i16;

/** Y: Re⟨λ|−iY|ψ⟩ = Σ λ1·ψ0 − λ0·ψ1 lane by lane. X: Σ λ1·swap(ψ0) + λ0·swap(ψ1), whose re lanes count + and im lanes −. */
// @ts-ignore: decorator
@inline function minus<T, P>(l0: v128, q1: v128, sum: v128): v128 {
  return sizeof<P>() == sizeof<PauliY>() ? nmadd<T>(l0, q1, sum) : madd<T>(l0, q1, sum);
}
// @ts-ignore: decorator
@inline function readKet<T, P>(at: usize): v128 { return sizeof<P>() == sizeof<PauliY>() ? read(at) : swap<T>(read(at)); }
// @ts-ignore: decorator
@inline function total<T, P>(sum: v128): T { return sizeof<P>() == sizeof<PauliY>() ? sumLanes<T>(sum) : sumLanesSigned<T>(sum); }

/**
 * Pair overlaps of bits h, 2h, 4h (h in bytes), times `factor`, added at `out`, `out − stride`, `out − 2·stride`. Each turn of the loop
 * has sums of its own: chains of multiply-adds on the totals would wait for themselves.
 */
function overlap8<T, P>(bra: usize, ket: usize, bytes: usize, h: usize, factor: T, out: usize, stride: usize): void {
  const d = ket - bra, end = bra + bytes;
  let s0 = zero(), s1 = s0, s2 = s0;
  for (let block = bra; block < end; block += h << 3) {
    const stop = block + h;
    for (let p0 = block; p0 < stop; p0 += 16) {
      const p1 = p0 + h, p2 = p1 + h, p3 = p2 + h, p4 = p3 + h, p5 = p4 + h, p6 = p5 + h, p7 = p6 + h;
      const l0 = read(p0), l1 = read(p1), l2 = read(p2), l3 = read(p3), l4 = read(p4), l5 = read(p5), l6 = read(p6), l7 = read(p7);
      let q = readKet<T, P>(p0 + d);
      let t0 = mul<T>(l1, q), t1 = mul<T>(l2, q), t2 = mul<T>(l4, q);
      q = readKet<T, P>(p1 + d);
      t0 = minus<T, P>(l0, q, t0); t1 = madd<T>(l3, q, t1); t2 = madd<T>(l5, q, t2);
      q = readKet<T, P>(p2 + d);
      t0 = madd<T>(l3, q, t0); t1 = minus<T, P>(l0, q, t1); t2 = madd<T>(l6, q, t2);
      q = readKet<T, P>(p3 + d);
      t0 = minus<T, P>(l2, q, t0); t1 = minus<T, P>(l1, q, t1); t2 = madd<T>(l7, q, t2);
      q = readKet<T, P>(p4 + d);
      t0 = madd<T>(l5, q, t0); t1 = madd<T>(l6, q, t1); t2 = minus<T, P>(l0, q, t2);
      q = readKet<T, P>(p5 + d);
      t0 = minus<T, P>(l4, q, t0); t1 = madd<T>(l7, q, t1); t2 = minus<T, P>(l1, q, t2);
      q = readKet<T, P>(p6 + d);
      t0 = madd<T>(l7, q, t0); t1 = minus<T, P>(l4, q, t1); t2 = minus<T, P>(l2, q, t2);
      q = readKet<T, P>(p7 + d);
      s0 = add<T>(s0, minus<T, P>(l6, q, t0)); s1 = add<T>(s1, minus<T, P>(l5, q, t1)); s2 = add<T>(s2, minus<T, P>(l3, q, t2));
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
      let q = readKet<T, P>(p0 + d);
      let t0 = mul<T>(l1, q), t1 = mul<T>(l2, q);
      q = readKet<T, P>(p1 + d);
      t0 = minus<T, P>(l0, q, t0); t1 = madd<T>(l3, q, t1);
      q = readKet<T, P>(p2 + d);
      t0 = madd<T>(l3, q, t0); t1 = minus<T, P>(l0, q, t1);
      q = readKet<T, P>(p3 + d);
      s0 = add<T>(s0, minus<T, P>(l2, q, t0)); s1 = add<T>(s1, minus<T, P>(l1, q, t1));
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
      const up = mul<T>(read(p + h), readKet<T, P>(p + d));
      sum = add<T>(sum, minus<T, P>(read(p), readKet<T, P>(p + h + d), up));
    }
  }
  addTo<T>(out, <T>(factor * total<T, P>(sum)));
}

/** The pair overlaps of index bits first … end − 1 over a block that holds them; as `pairOverlaps`. */
function overlapRange<T, P>(bra: usize, ket: usize, bytes: usize, first: i32, end: i32, mask: i32, factor: T, last: usize, stride: usize): void {
  let bit = first;
  while (bit < end) {
    const h = <usize>16 << bit, at = last - <usize>bit * stride;
    const taken = radixBits(end - bit);
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

/**
 * The pair overlap of Pauli P for the index bits of `mask`, and for others where that costs no pass more; `out` belongs to qubit 0, the
 * next qubit follows after `stride` bytes.
 */
function pairOverlaps<T, P>(bra: usize, ket: usize, qubits: i32, mask: i32, factor: T, out: usize, stride: usize): void {
  const bytes = <usize>16 << qubits, last = out + <usize>(qubits - 1) * stride;
  if (qubits <= MOST_WHOLE_BITS) {
    overlapRange<T, P>(bra, ket, bytes, 0, qubits, mask, factor, last, stride);
    return;
  }
  const block = <usize>16 << BLOCK_BITS;
  for (let at: usize = 0; at < bytes; at += block) overlapRange<T, P>(bra + at, ket + at, block, 0, BLOCK_BITS, mask, factor, last, stride);
  overlapRange<T, P>(bra, ket, bytes, BLOCK_BITS, qubits, mask, factor, last, stride);
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
