import type { FloatArray } from "../executable.ts";
import { type Observable, pauliMasks } from "../observable.ts";
import { VECTOR_BYTES } from "./kernel-memory.ts";
import { type LaneLayout, realIndex, setComplex, setLane, sumLane } from "./lane-layout.ts";

/** Expectation values of Pauli words, and the cotangent state. */
export interface MeasureRunner {
  /** Writes `factor`·⟨O_j⟩ of a sample to outputs[at + j]; `scratch`: one state. Call for every lane after one `sums`. */
  sums(ket: number, scratch: number): void;
  expect(lane: number, factor: number, outputs: FloatArray, at: number): void;
  /** Takes the cotangent of a lane: values[at + j], or zero without values. */
  setCotangent(lane: number, values: ArrayLike<number> | undefined, at: number): void;
  /** bra ← Σ_j v_j O_j ket; `scratch`: one state. */
  cotangentState(ket: number, bra: number, scratch: number): void;
}

interface Word {
  readonly index: number;
  readonly flip: number;
  readonly sign: number;
  /** Numbers of Y modulo 4. */
  readonly turn: number;
}

/** @param bitOf - The bit at which each wire stands. */
export function createMeasureRunner(
  layout: LaneLayout,
  observables: readonly Observable[],
  bitOf: readonly number[],
): MeasureRunner {
  const { memory, bits, byLane, numQubits, lanes, stateBytes } = layout;
  const { kernels, realBytes } = memory;
  const vectorReals = VECTOR_BYTES / realBytes;
  const words = observables.map((observable, index): Word => {
    const moved = { factors: observable.factors.map(({ pauli, wire }) => ({ pauli, wire: numQubits - 1 - bitOf[wire] })) };
    const { flip, sign, numY } = pauliMasks(moved, numQubits);
    return { index, flip, sign, turn: numY % 4 };
  });
  const diagonal = words.filter(({ flip }) => flip === 0);
  const flipping = words.filter(({ flip }) => flip !== 0);
  const toVector = (mask: number) => (byLane ? mask >>> 1 : mask);
  const inLane = (mask: number) => (byLane && mask & 1 ? 1 : 0);
  /** Whether every word is Z on one wire, so that folding suffices. */
  const isSingle = diagonal.every(({ sign }) => (sign & (sign - 1)) === 0);
  const sumsAt = memory.allocate(VECTOR_BYTES * (bits + 1 + flipping.length));
  const wordsAt = sumsAt + VECTOR_BYTES * (bits + 1);
  const vectorsAt = memory.allocate(VECTOR_BYTES * (bits + 1));
  const coefficientsAt = memory.allocate(VECTOR_BYTES * Math.max(1, flipping.length));
  let walsh = 0;
  const cotangents = [new Float64Array(words.length), new Float64Array(words.length)];

  /** Where the sum over ±|ψ|² of a mask stands. */
  const sumAt = (mask: number): number => {
    const vector = toVector(mask);
    if (!isSingle) return walsh + VECTOR_BYTES * vector;
    return sumsAt + VECTOR_BYTES * (vector === 0 ? bits : 31 - Math.clz32(vector));
  };

  return {
    sums(ket, scratch) {
      walsh = scratch;
      if (diagonal.length > 0) {
        kernels.squares(ket, bits, scratch);
        if (isSingle) {
          const first = realIndex(layout, sumsAt);
          memory.reals().fill(0, first, first + vectorReals * (bits + 1));
          kernels.foldBits(scratch, bits, 1, sumsAt);
        } else kernels.walshTransform(scratch, bits);
      }
      flipping.forEach(({ flip, sign, turn }, i) => {
        kernels.expectWord(ket, bits, toVector(flip), toVector(sign), inLane(flip), turn & 1, wordsAt + VECTOR_BYTES * i);
      });
    },
    expect(lane, factor, outputs, at) {
      const reals = memory.reals();
      for (const { index, sign } of diagonal)
        outputs[at + index] = factor * sumLane(layout, reals, realIndex(layout, sumAt(sign)), lane, 1, inLane(sign) ? -1 : 1);
      flipping.forEach(({ index, flip, sign, turn }, i) => {
        const sum = sumLane(
          layout,
          reals,
          realIndex(layout, wordsAt) + i * vectorReals,
          lane,
          turn & 1 ? -1 : 1,
          inLane(sign) ? -1 : 1,
        );
        // Re(i^turn·(Re + i·Im)); each pair of amplitudes was counted once unless only the lanes flip.
        const weight = toVector(flip) === 0 ? 1 : 2;
        outputs[at + index] = factor * weight * (turn === 1 || turn === 2 ? -sum : sum);
      });
    },
    setCotangent(lane, values, at) {
      for (let j = 0; j < words.length; j++) cotangents[lane][j] = values ? values[at + j] : 0;
    },
    cotangentState(ket, bra, scratch) {
      const reals = memory.reals();
      const sample = (l: number) => cotangents[l];
      if (isSingle || diagonal.length === 0) {
        const first = realIndex(layout, vectorsAt);
        reals.fill(0, first, first + vectorReals * (bits + 1));
        for (const { index, sign } of diagonal)
          for (let l = 0; l < lanes; l++) {
            const vector = toVector(sign);
            const at = first + vectorReals * (vector === 0 ? bits : 31 - Math.clz32(vector));
            addDiagonal(reals, at, l, sample(l)[index], inLane(sign));
          }
        kernels.signedSums(scratch, bits, vectorsAt + VECTOR_BYTES * bits, vectorsAt);
      } else {
        const first = realIndex(layout, scratch);
        reals.fill(0, first, first + stateBytes / realBytes);
        for (const { index, sign } of diagonal)
          for (let l = 0; l < lanes; l++)
            addDiagonal(reals, first + vectorReals * toVector(sign), l, sample(l)[index], inLane(sign));
        kernels.walshTransform(scratch, bits);
      }
      kernels.multiplyLanes(ket, scratch, bits, bra);
      flipping.forEach(({ index, flip, sign, turn }, i) => {
        const at = realIndex(layout, coefficientsAt) + i * vectorReals;
        for (let l = 0; l < lanes; l++) {
          // i^turn: real for even, i times ±1 for odd numbers of Y.
          const value = turn >= 2 ? -sample(l)[index] : sample(l)[index];
          setLane(layout, reals, at, l, value);
        }
        // The sign of the source's bit 0 is that of the target, unless it flips.
        if (inLane(sign)) for (let k = 0; k < 2; k++) reals[at + (inLane(flip) ? k : 2 + k)] *= -1;
        const coefficient = coefficientsAt + VECTOR_BYTES * i;
        kernels.addWord(ket, bra, bits, toVector(flip), toVector(sign), inLane(flip), turn & 1, coefficient);
      });
    },
  };

  function addDiagonal(reals: FloatArray, at: number, lane: number, value: number, isInLane: number): void {
    if (!byLane) {
      setComplex(layout, reals, at, lane, reals[at + 2 * lane] + value, reals[at + 2 * lane + 1] + value);
      return;
    }
    for (let k = 0; k < 4; k++) reals[at + k] += isInLane && k >= 2 ? -value : value;
  }
}
