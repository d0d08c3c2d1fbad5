import type { FloatArray } from "../executable.ts";
import { largestShear } from "../shear-form.ts";
import { type AngleGradients, type AngleValues, dependsOnInput } from "./angle-values.ts";
import { VECTOR_BYTES } from "./kernel-memory.ts";
import { type LaneLayout, realIndex, setComplex, setFactor, setLane, sumLane } from "./lane-layout.ts";
import type { TurnStep } from "./primitive.ts";
import type { TurnStage } from "./schedule.ts";
import { createTurnSteps, type TurnSteps } from "./turn-steps.ts";

/** Reads Σ_x (−1)^{parity(x & mask)}·Im(λ̄ψ) of a sample, as the engine has summed it. */
export type ParitySum = (mask: number, lane: number) => number;

/** Turns of some bits at one place of a program: their angles, kernel calls and slopes. */
export interface TurnRunner {
  /** Whether only Y occurs, so that no phases pass to the neighbours. */
  readonly isPlain: boolean;
  /** Whether an angle depends on an input, so that samples differ. */
  readonly isSampled: boolean;
  /** Whether the turns act on |0…0⟩ and make a product state. */
  readonly isProduct: boolean;
  readonly numRows: number;
  /** Reads the angles of the sample in a lane (of all lanes, if samples do not differ). */
  prepare(lane: number, at: AngleValues): void;
  /** The phases beside each Ry. Lanes are 0 if samples do not differ. */
  readonly steps: Pick<TurnSteps, "after" | "before" | "whole">;
  /** [bit]: row, −1 for bits that do not turn. */
  readonly rowOfBit: Int32Array;
  /** The product of the scales that the shears leave out. */
  scale(): number;
  /** Ry of every row, or the product state. */
  forward(state: number): void;
  /** The inverse Ry; returns what the result lacks as a factor. */
  backward(state: number): number;
  /** Sums for the slopes at a checkpoint, to be read by `addSlopes`. */
  addOverlaps(bra: number, ket: number, factor: number): void;
  /** Slopes of one sample (or tile, if samples do not differ). `sums` are to be multiplied by `factor`. */
  addSlopes(lane: number, at: AngleValues, sums: ParitySum | undefined, factor: number, gradients: AngleGradients): void;
}

const dependsOn = (step: TurnStep): boolean =>
  "angle" in step ? dependsOnInput(step.angle) : "angles" in step && step.angles.some(dependsOnInput);
const isAboutY = (step: TurnStep): boolean =>
  "axis" in step ? step.axis === 1 : "fixed" in step && step.fixed[1] === 0 && step.fixed[3] === 0;

export function createTurnRunner(layout: LaneLayout, stage: TurnStage, isProduct: boolean): TurnRunner {
  const { memory, bits, byLane, lanes } = layout;
  const { kernels, realBytes } = memory;
  const vectorReals = VECTOR_BYTES / realBytes;
  const rows = [...stage.rows].map(([bit, steps]) => ({ bit, steps }));
  const isPlain = !isProduct && rows.every(({ steps }) => steps.every(isAboutY));
  const isSampled = lanes * (byLane ? 0 : 1) > 0 && rows.some(({ steps }) => steps.some(dependsOn));
  const numLanes = isSampled ? lanes : 1;
  const toVectorBit = (bit: number) => (byLane ? bit - 1 : bit);
  const vectorRows = rows.filter(({ bit }) => toVectorBit(bit) >= 0);
  const laneRow = rows.findIndex(({ bit }) => toVectorBit(bit) < 0);
  const mask = vectorRows.reduce((all, { bit }) => all | (1 << toVectorBit(bit)), 0);

  const steps = createTurnSteps(
    rows.map((row) => row.steps),
    numLanes,
    isPlain,
  );
  const { turned, after, shear } = steps;
  /** [vector bit] and [bit]: row, −1 for bits that do not turn. */
  const rowOfBit = new Int32Array(layout.numQubits).fill(-1);
  rows.forEach(({ bit }, row) => {
    rowOfBit[bit] = row;
  });
  const bitOfRow = Int32Array.from(rows, ({ bit }) => bit);
  const numRows = rows.length;
  const coefficients = memory.allocate((isProduct ? 4 : 2) * VECTOR_BYTES * Math.max(1, bits));
  const start = memory.allocate(VECTOR_BYTES);
  const out = memory.allocate(VECTOR_BYTES * (2 * bits + 2));
  const outReals = vectorReals * (2 * bits + 2);
  const torque = new Float64Array(3);
  const largest = largestShear(Math.max(1, numRows));
  let sines = 0;
  let scale = 1;
  let laneCos = 1;
  let laneSin = 0;

  /** The amplitudes (a − iz, y − ix) of each bit. */
  const writeProduct = (reals: FloatArray, lane: number): void => {
    for (let b = 0; b < bits; b++) {
      const row = rowOfBit[byLane ? b + 1 : b];
      const q = 4 * (lane * numRows + row);
      const base = realIndex(layout, coefficients) + 4 * b * vectorReals;
      setFactor(layout, reals, base, lane, row < 0 ? 1 : turned[q], row < 0 ? 0 : -turned[q + 3]);
      setFactor(layout, reals, base + 2 * vectorReals, lane, row < 0 ? 0 : turned[q + 2], row < 0 ? 0 : -turned[q + 1]);
    }
    const first = realIndex(layout, start);
    if (byLane) {
      const q = 4 * laneRow;
      reals.set(laneRow < 0 ? [1, 0, 0, 0] : [turned[q], -turned[q + 3], turned[q + 2], -turned[q + 1]], first);
    } else setComplex(layout, reals, first, lane, 1, 0);
  };

  const writeTurns = (reals: FloatArray, lane: number): void => {
    sines = 0;
    scale = 1;
    for (let row = 0; row < numRows; row++) {
      steps.split(lane, row);
      const c = shear[0];
      const s = shear[1];
      const b = toVectorBit(bitOfRow[row]);
      if (b < 0) {
        laneCos = c;
        laneSin = s;
        continue;
      }
      const at = realIndex(layout, coefficients) + 2 * b * vectorReals;
      if (isSampled) {
        setLane(layout, reals, at, lane, c);
        setLane(layout, reals, at + vectorReals, lane, s);
        continue;
      }
      const isCosine = Math.abs(s) <= largest * Math.abs(c);
      const k = isCosine ? s / c : c / s;
      for (let i = 0; i < vectorReals; i++) reals[at + i] = k;
      scale *= isCosine ? c : s;
      if (!isCosine) sines |= 1 << b;
    }
  };

  return {
    isPlain,
    isSampled,
    isProduct,
    numRows,
    prepare(lane, at) {
      const reals = memory.reals();
      steps.compose(lane, at);
      if (isProduct) writeProduct(reals, lane);
      else writeTurns(reals, lane);
      if (!isSampled && lanes === 2 && isProduct) {
        // One sample's amplitudes stand for both.
        const [from, to] = [realIndex(layout, coefficients), realIndex(layout, coefficients) + 4 * vectorReals * bits];
        for (let i = from; i < to; i += 4) reals.copyWithin(i + 2, i, i + 2);
        const first = realIndex(layout, start);
        reals.copyWithin(first + 2, first, first + 2);
      }
    },
    steps,
    rowOfBit,
    scale: () => (isProduct || isSampled ? 1 : scale),
    forward(state) {
      if (isProduct) {
        kernels.buildProductState(state, bits, start, coefficients);
        return;
      }
      if (mask) kernels.rotateBits(state, bits, mask, isSampled ? 1 : 0, sines, coefficients, 1);
      if (laneRow >= 0) kernels.rotateLanes(state, bits, laneCos, laneSin);
    },
    backward(state) {
      if (isProduct) return 1;
      if (mask) kernels.rotateBits(state, bits, mask, isSampled ? 1 : 0, sines, coefficients, -1);
      if (laneRow >= 0) kernels.rotateLanes(state, bits, laneCos, -laneSin);
      if (isSampled) return 1;
      let back = scale;
      for (let left = sines; left; left &= left - 1) back = -back;
      return back;
    },
    addOverlaps(bra, ket, factor) {
      const reals = memory.reals();
      const first = realIndex(layout, out);
      reals.fill(0, first, first + outReals);
      if (mask) kernels.addTurnOverlaps(bra, ket, bits, mask, 0, factor, out);
      if (mask && !isPlain) kernels.addTurnOverlaps(bra, ket, bits, mask, 1, factor, out + VECTOR_BYTES * bits);
      if (laneRow >= 0) kernels.addLaneOverlaps(bra, ket, bits, factor, out + 2 * VECTOR_BYTES * bits);
    },
    addSlopes(lane, at, sums, factor, gradients) {
      const reals = memory.reals();
      const first = realIndex(layout, out);
      const ownLane = isSampled ? lane : 0;
      const endLane = isSampled ? lane + 1 : lanes;
      const hasPhase = !isPlain && !isProduct;
      for (let row = 0; row < numRows; row++) {
        const bit = bitOfRow[row];
        const b = toVectorBit(bit);
        let x = 0;
        let y = 0;
        let z = 0;
        if (b < 0) {
          const v = first + 2 * bits * vectorReals;
          y = reals[v + 2] + reals[v + 3] - reals[v] - reals[v + 1];
          x = reals[v + 4] - reals[v + 5] + reals[v + 6] - reals[v + 7];
        } else
          for (let l = ownLane; l < endLane; l++) {
            y += sumLane(layout, reals, first + b * vectorReals, l, 1);
            x += sumLane(layout, reals, first + (bits + b) * vectorReals, l, -1);
          }
        if (sums) for (let l = ownLane; l < endLane; l++) z += factor * sums(1 << bit, l);
        const p = 2 * (ownLane * numRows + row);
        torque[0] = hasPhase ? after[p] * x - after[p + 1] * y : x;
        torque[1] = hasPhase ? after[p + 1] * x + after[p] * y : y;
        torque[2] = z;
        steps.addSlopes(ownLane, row, torque, at, gradients);
      }
    },
  };
}
