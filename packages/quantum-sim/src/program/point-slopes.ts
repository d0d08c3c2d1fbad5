import type { AngleGradients, AngleValues } from "./angle-values.ts";
import { VECTOR_BYTES } from "./kernel-memory.ts";
import { type LaneLayout, realIndex, sumLane } from "./lane-layout.ts";
import type { Moment } from "./moments.ts";
import type { ParitySum } from "./turn-runner.ts";

/** λ and ψ at one place of a program: addresses of what is stored, and the product of the factors that both lack. */
interface Point {
  readonly bra: number;
  readonly ket: number;
  readonly factor: number;
}

/** Slopes that are read off products of λ and ψ at a checkpoint. */
export interface PointSlopes {
  /** Those of the turns before slot k and of the phases after it. */
  add(k: number, point: Point, values: readonly AngleValues[], gradients: AngleGradients): void;
}

/** Every sample of a tile where they differ, else the first. */
export function forSamples(
  isSampled: boolean,
  values: readonly AngleValues[],
  visit: (lane: number, at: AngleValues) => void,
): void {
  if (isSampled) for (const [lane, at] of values.entries()) visit(lane, at);
  else visit(0, values[0]);
}

/** @param scratch - Address of two states. */
export function createPointSlopes(layout: LaneLayout, moments: readonly Moment[], scratch: number): PointSlopes {
  const { memory, bits, byLane, stateBytes } = layout;
  const { kernels, realBytes } = memory;
  const vectorReals = VECTOR_BYTES / realBytes;
  const foldAt = memory.allocate(VECTOR_BYTES * (bits + 1));

  /** Σ ±Im(λ̄ψ) over masks, by folding or, if a mask has several bits, by a Walsh–Hadamard transform; `data` is overwritten. */
  const paritySums = (data: number, masks: readonly number[]): ParitySum => {
    const toVector = (mask: number) => (byLane ? mask >>> 1 : mask);
    const canFold = masks.every((mask) => (toVector(mask) & (toVector(mask) - 1)) === 0);
    if (canFold) {
      const first = realIndex(layout, foldAt);
      memory.reals().fill(0, first, first + vectorReals * (bits + 1));
      kernels.foldBits(data, bits, 1, foldAt);
    } else kernels.walshTransform(data, bits);
    const reals = memory.reals();
    return (mask, lane) => {
      const vector = toVector(mask);
      const address = canFold
        ? foldAt + VECTOR_BYTES * (vector === 0 ? bits : 31 - Math.clz32(vector))
        : data + VECTOR_BYTES * vector;
      return sumLane(layout, reals, address / realBytes, lane, -1, byLane && mask & 1 ? -1 : 1);
    };
  };

  /** Slopes of the turns before slot k and of the phases after it. */
  const add = (k: number, { bra, ket, factor }: Point, values: readonly AngleValues[], gradients: AngleGradients): void => {
    const turns = moments[k - 1]?.turns;
    const free = moments[k]?.free;
    const products = scratch;
    const moved = scratch + stateBytes;
    const needsZ = turns && !turns.isPlain;
    if (needsZ || free?.isTrainable) kernels.imaginaryProducts(bra, ket, bits, products);
    if (free?.isTrainable)
      free.segments.forEach((segment, s) => {
        if (s === 0 || segment.entries.length === 0) return;
        let from = moved;
        if (segment.targets) free.moveProducts(s, products, moved);
        else {
          memory.reals().copyWithin(moved / realBytes, products / realBytes, (products + stateBytes) / realBytes);
          from = moved;
        }
        const sums = paritySums(
          from,
          segment.entries.map(({ mask }) => mask),
        );
        forSamples(free.isSampled, values, (lane, at) => free.addSlopes(s, lane, at, sums, factor, gradients));
      });
    let sums: ParitySum | undefined;
    const first = free?.isTrainable ? free.segments[0].entries.map(({ mask }) => mask) : [];
    if (needsZ || first.length > 0) sums = paritySums(products, first);
    if (free && first.length > 0 && sums) {
      const ready = sums;
      forSamples(free.isSampled, values, (lane, at) => free.addSlopes(0, lane, at, ready, factor, gradients));
    }
    if (turns) {
      turns.addOverlaps(bra, ket, factor);
      forSamples(turns.isSampled, values, (lane, at) => turns.addSlopes(lane, at, sums, factor, gradients));
    }
  };

  return { add };
}
