import { adjoint, type ComplexMatrix, multiply } from "../complex-matrix.ts";
import { type AngleGradients, type AngleValues, addSlope, angleAt, dependsOnInput, isTrainable } from "./angle-values.ts";
import { VECTOR_BYTES } from "./kernel-memory.ts";
import { type LaneLayout, realIndex, setComplex, setFactor, setLane, sumLane } from "./lane-layout.ts";
import type { BlockItem } from "./schedule.ts";

/** One gate that is neither a turn nor free: a rotation of pairs of amplitudes, or a matrix. */
export interface BlockRunner {
  readonly isSampled: boolean;
  readonly isTrainable: boolean;
  prepare(lane: number, at: AngleValues): void;
  forward(state: number): void;
  backward(state: number): void;
  /** Sums for the slopes right after the gate. */
  addOverlaps(bra: number, ket: number, factor: number): void;
  addSlopes(lane: number, at: AngleValues, gradients: AngleGradients): void;
}

/** Where lists of indices lie; equal ones are written once. */
export interface IndexLists {
  write(key: string, create: () => Int32Array): number;
}

export function createIndexLists({ memory }: LaneLayout): IndexLists {
  const known = new Map<string, number>();
  return {
    write(key, create) {
      const found = known.get(key);
      if (found !== undefined) return found;
      const values = create();
      const address = memory.allocate(4 * values.length);
      memory.ints().set(values, address / 4);
      known.set(key, address);
      return address;
    },
  };
}

/** Byte offsets of the vectors whose `fixed` bits are as in `value`. */
function offsetsWith(bits: number, fixed: number, values: readonly number[]): Int32Array {
  let free = bits;
  for (let left = fixed; left; left &= left - 1) free--;
  const list = new Int32Array(values.length * 2 ** free);
  let at = 0;
  // Counts through the indices whose fixed bits are 0.
  for (const value of values)
    for (let rest = 0, i = 0; i < 2 ** free; i++, rest = ((rest | fixed) + 1) & ~fixed)
      list[at++] = (rest | value) * VECTOR_BYTES;
  return list;
}

const maskOf = (bits: readonly number[]): number => bits.reduce((mask, bit) => mask | (1 << bit), 0);
/** Bits of a local state at their places. */
const place = (state: number, bits: readonly number[]): number =>
  bits.reduce((index, bit, i) => ((state >> (bits.length - 1 - i)) & 1 ? index | (1 << bit) : index), 0);

/** Lists for `applyDense`: vectors whose bits are 0 (controls: 1), and the offsets of the basis states of the bits. */
export function denseIndices(
  { bits }: LaneLayout,
  lists: IndexLists,
  own: readonly number[],
  controls: readonly number[],
): { readonly bases: number; readonly numBases: number; readonly offsets: number } {
  const fixed = maskOf([...own, ...controls]);
  return {
    bases: lists.write(`bases ${fixed} ${maskOf(controls)}`, () => offsetsWith(bits, fixed, [maskOf(controls)])),
    numBases: 2 ** (bits - own.length - controls.length),
    offsets: lists.write(`offsets ${own}`, () =>
      Int32Array.from({ length: 2 ** own.length }, (_, state) => place(state, own) * VECTOR_BYTES),
    ),
  };
}

export function createBlockRunner(layout: LaneLayout, item: BlockItem, lists: IndexLists): BlockRunner {
  return item.kind === "pairs" ? createPairRunner(layout, item, lists) : createDenseRunner(layout, item, lists);
}

function createPairRunner(layout: LaneLayout, item: Extract<BlockItem, { kind: "pairs" }>, lists: IndexLists): BlockRunner {
  const { memory, bits, byLane, lanes } = layout;
  const { kernels, realBytes } = memory;
  const vectorReals = VECTOR_BYTES / realBytes;
  const own = byLane ? item.bits.map((bit) => bit - 1) : item.bits;
  const sorted = [...item.pairs].sort((a, b) => b.sign - a.sign);
  const states = sorted.map(({ state }) => place(state, own));
  const list = lists.write(`pairs ${maskOf(own)} ${states}`, () => offsetsWith(bits, maskOf(own), states));
  const perState = 2 ** (bits - own.length);
  const positive = perState * sorted.filter(({ sign }) => sign > 0).length;
  const negative = perState * sorted.length - positive;
  const flip = place(item.flip, own) * VECTOR_BYTES;
  const kind = item.isY ? 0 : 1;
  const isSampled = !byLane && dependsOnInput(item.angle);
  const coefficients = memory.allocate(4 * VECTOR_BYTES);
  const inverse = coefficients + 2 * VECTOR_BYTES;
  const out = memory.allocate(VECTOR_BYTES);
  return {
    isSampled,
    isTrainable: isTrainable(item.angle),
    prepare(lane, at) {
      const reals = memory.reals();
      const half = angleAt(item.angle, at) / 2;
      const first = realIndex(layout, coefficients);
      const s = Math.sin(half);
      for (const l of isSampled || lanes === 1 ? [lane] : [0, 1]) {
        for (const [offset, sign] of [
          [0, 1],
          [2 * vectorReals, -1],
        ]) {
          setLane(layout, reals, first + offset, l, Math.cos(half));
          // −i·s·(re + i·im) = s·im − i·s·re.
          setComplex(layout, reals, first + offset + vectorReals, l, sign * s, kind === 0 ? sign * s : -sign * s);
        }
      }
    },
    forward(state) {
      kernels.rotatePairs(state, list, positive, negative, flip, kind, coefficients);
    },
    backward(state) {
      kernels.rotatePairs(state, list, positive, negative, flip, kind, inverse);
    },
    addOverlaps(bra, ket, factor) {
      const first = realIndex(layout, out);
      memory.reals().fill(0, first, first + vectorReals);
      kernels.addPairOverlap(bra, ket, list, positive, negative, flip, kind, factor, out);
    },
    addSlopes(lane, at, gradients) {
      const reals = memory.reals();
      const first = realIndex(layout, out);
      for (const l of isSampled || lanes === 1 ? [lane] : [0, 1])
        addSlope(item.angle, sumLane(layout, reals, first, l, kind === 0 ? 1 : -1), at, gradients);
    },
  };
}

function createDenseRunner(layout: LaneLayout, item: Extract<BlockItem, { kind: "dense" }>, lists: IndexLists): BlockRunner {
  const { memory, byLane, lanes } = layout;
  const { kernels, realBytes } = memory;
  const vectorReals = VECTOR_BYTES / realBytes;
  const shift = byLane ? 1 : 0;
  const own = item.bits.map((bit) => bit - shift);
  const controls = item.controls.map((bit) => bit - shift);
  const dim = 2 ** own.length;
  const { bases, numBases, offsets } = denseIndices(layout, lists, own, controls);
  const entryReals = 2 * vectorReals;
  const forwardMatrix = memory.allocate(2 * VECTOR_BYTES * dim * dim);
  const inverseMatrix = memory.allocate(2 * VECTOR_BYTES * dim * dim);
  const out = memory.allocate(2 * VECTOR_BYTES * dim * dim);
  const scratch = memory.allocate(VECTOR_BYTES * dim);
  const isSampled = !byLane && item.angles.some(dependsOnInput);
  const fixedMatrix = item.angles.some(isTrainable) ? undefined : item.gate.matrix(item.angles.map(Number));
  let isWritten = false;

  const writeMatrix = (address: number, { re, im }: ComplexMatrix, lane: number): void => {
    const reals = memory.reals();
    const first = realIndex(layout, address);
    const targetLanes = isSampled || lanes === 1 ? [lane] : [0, 1];
    for (let i = 0; i < dim * dim; i++)
      for (const l of targetLanes) setFactor(layout, reals, first + i * entryReals, l, re[i], im[i]);
  };
  return {
    isSampled,
    isTrainable: !fixedMatrix,
    prepare(lane, at) {
      if (fixedMatrix && isWritten) return;
      const U = fixedMatrix ?? item.gate.matrix(item.angles.map((angle) => angleAt(angle, at)));
      writeMatrix(forwardMatrix, U, lane);
      writeMatrix(inverseMatrix, adjoint(U), lane);
      isWritten = true;
    },
    forward(state) {
      kernels.applyDense(state, bases, numBases, offsets, dim, forwardMatrix, scratch);
    },
    backward(state) {
      kernels.applyDense(state, bases, numBases, offsets, dim, inverseMatrix, scratch);
    },
    addOverlaps(bra, ket, factor) {
      const first = realIndex(layout, out);
      memory.reals().fill(0, first, first + entryReals * dim * dim);
      kernels.addDenseOverlaps(bra, ket, bases, numBases, offsets, dim, factor, out);
    },
    addSlopes(lane, at, gradients) {
      const reals = memory.reals();
      const first = realIndex(layout, out);
      const angles = item.angles.map((angle) => angleAt(angle, at));
      const inverse = adjoint(item.gate.matrix(angles));
      item.angles.forEach((angle, j) => {
        if (!isTrainable(angle)) return;
        // 2·Re Σ K_rc λ̄_r ψ_c with K = ∂U·U†.
        const { re, im } = multiply(item.gate.derivative(angles, j), inverse);
        let slope = 0;
        for (let i = 0; i < dim * dim; i++)
          for (const l of isSampled || lanes === 1 ? [lane] : [0, 1]) {
            const at = first + i * entryReals;
            slope += re[i] * sumLane(layout, reals, at, l, 1) - im[i] * sumLane(layout, reals, at + vectorReals, l, -1);
          }
        addSlope(angle, 2 * slope, at, gradients);
      });
    },
  };
}
