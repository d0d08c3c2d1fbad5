import { adjoint, multiply } from "../complex-matrix.ts";
import { multiplyInPlace, quaternionOf, rotateInPlace, turnBack, turnBackBy } from "../quaternion.ts";
import { type AngleGradients, type AngleValues, addSlope, angleAt, createAngleTable } from "./angle-values.ts";
import type { TurnStep } from "./primitive.ts";

/** The turns of some bits for each lane, in float64: products of their steps, and the slopes of these. */
export interface TurnSteps {
  /** [lane][row][4]: quaternions of the rows. */
  readonly turned: Float64Array;
  /** [lane][row][2]: (cos, sin) of α after and γ before the Ry, and of what multiplies the whole state; written by `split`. */
  readonly after: Float64Array;
  readonly before: Float64Array;
  readonly whole: Float64Array;
  /** cos β/2 and sin β/2 of the row that was split last. */
  readonly shear: Float64Array;
  compose(lane: number, at: AngleValues): void;
  /** U = e^{iδ}·diag(1, e^{iα})·Ry(β)·diag(1, e^{iγ}). */
  split(lane: number, row: number): void;
  /** Slopes of a row's angles; `torque` is T = Re⟨λ|−iP|ψ⟩ after the row's turns, and is overwritten. */
  addSlopes(lane: number, row: number, torque: Float64Array, at: AngleValues, gradients: AngleGradients): void;
}

const FIXED = 3;
const GATE = 4;
const NO_ANGLE = 0;

/** @param isPlain - Whether all turns are about Y. */
export function createTurnSteps(rows: readonly (readonly TurnStep[])[], numLanes: number, isPlain: boolean): TurnSteps {
  const numRows = rows.length;
  const steps = rows.flat();
  const numSteps = steps.length;
  const ends = new Int32Array(numRows + 1);
  rows.forEach((row, r) => {
    ends[r + 1] = ends[r] + row.length;
  });
  const kinds = Uint8Array.from(steps, (step) => ("axis" in step ? step.axis : "fixed" in step ? FIXED : GATE));
  const angles = createAngleTable(steps.map((step) => ("axis" in step ? step.angle : NO_ANGLE)));
  const fixed = new Float64Array(4 * numSteps);
  steps.forEach((step, k) => {
    if ("fixed" in step) fixed.set(step.fixed, 4 * k);
  });
  const turned = new Float64Array(numLanes * numRows * 4);
  /** [lane][step][4]: (cos, sin) of half angles, or the quaternion of a gate. */
  const halves = new Float64Array(numLanes * numSteps * 4);
  const after = new Float64Array(numLanes * numRows * 2);
  const before = new Float64Array(numLanes * numRows * 2);
  const whole = new Float64Array(numLanes * numRows * 2);
  const shear = new Float64Array(2);
  const gateOf = (k: number) => steps[k] as Extract<TurnStep, { gate: unknown }>; // of the steps whose kind is GATE

  return {
    turned,
    after,
    before,
    whole,
    shear,
    compose(lane, at) {
      for (let row = 0; row < numRows; row++) {
        const q = 4 * (lane * numRows + row);
        turned[q] = 1;
        turned[q + 1] = turned[q + 2] = turned[q + 3] = 0;
        for (let k = ends[row]; k < ends[row + 1]; k++) {
          const h = 4 * (lane * numSteps + k);
          if (kinds[k] === FIXED) multiplyInPlace(fixed, 4 * k, turned, q);
          else if (kinds[k] === GATE) {
            const { gate, angles: own } = gateOf(k);
            halves.set(quaternionOf(gate.matrix(own.map((angle) => angleAt(angle, at)))), h);
            multiplyInPlace(halves, h, turned, q);
          } else {
            const half = angles.value(k, at) / 2;
            halves[h] = Math.cos(half);
            halves[h + 1] = Math.sin(half);
            rotateInPlace(kinds[k], halves[h], halves[h + 1], turned, q);
          }
        }
      }
    },
    split(lane, row) {
      const q = 4 * (lane * numRows + row);
      const a = turned[q];
      const x = turned[q + 1];
      const y = turned[q + 2];
      const z = turned[q + 3];
      if (isPlain) {
        shear[0] = a;
        shear[1] = y;
        return;
      }
      // U00 = a − iz = c·e^{−i(α+γ)/2}, U10 = y − ix = s·e^{i(α−γ)/2}.
      const c = Math.sqrt(a * a + z * z);
      const s = Math.sqrt(x * x + y * y);
      const r0 = c > 0 ? a / c : 1;
      const i0 = c > 0 ? -z / c : 0;
      const r1 = s > 0 ? y / s : 1;
      const i1 = s > 0 ? -x / s : 0;
      const p = 2 * (lane * numRows + row);
      after[p] = r0 * r1 + i0 * i1;
      after[p + 1] = r0 * i1 - i0 * r1;
      before[p] = r0 * r1 - i0 * i1;
      before[p + 1] = -r0 * i1 - i0 * r1;
      whole[p] = r0;
      whole[p + 1] = i0;
      shear[0] = c;
      shear[1] = s;
    },
    addSlopes(lane, row, torque, at, gradients) {
      const first = ends[row];
      for (let k = ends[row + 1] - 1; k >= first; k--) {
        const h = 4 * (lane * numSteps + k);
        if (kinds[k] === FIXED) turnBackBy(fixed, 4 * k, torque);
        else if (kinds[k] === GATE) {
          const { gate, angles: own } = gateOf(k);
          const values = own.map((angle) => angleAt(angle, at));
          const inverse = adjoint(gate.matrix(values));
          own.forEach((angle, j) => {
            // ∂U·U† = iδ − (i/2)κ·σ, and the slope is κ·T.
            const { re, im } = multiply(gate.derivative(values, j), inverse);
            addSlope(angle, -2 * im[2] * torque[0] + 2 * re[2] * torque[1] + (im[3] - im[0]) * torque[2], at, gradients);
          });
          turnBackBy(halves, h, torque);
        } else {
          angles.addSlope(k, torque[kinds[k]], at, gradients);
          if (k > first) turnBack(kinds[k], halves[h], halves[h + 1], torque);
        }
      }
    },
  };
}
