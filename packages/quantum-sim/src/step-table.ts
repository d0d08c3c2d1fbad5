import type { Step } from "./layered-program.ts";
import { multiplyInPlace, rotateInPlace, turnBack, turnBackBy } from "./quaternion.ts";

/** Turns of many qubits as flat arrays, one row for each qubit (and layer): what the hot loops read. */
export interface StepTable {
  readonly numRows: number;
  readonly numSteps: number;
  /** [numRows + 1]: the steps of row r are starts[r] … starts[r + 1] − 1. */
  readonly starts: Int32Array;
  /** 0, 1, 2: X, Y, Z; 3: a fixed turn. */
  readonly axes: Uint8Array;
  /** Index of the weight or input, −1 for a constant. */
  readonly references: Int32Array;
  readonly scales: Float64Array;
  readonly shifts: Float64Array;
  /** [numSteps][4]: quaternions of the fixed turns. */
  readonly fixed: Float64Array;
}

const FIXED = 3;

export function createStepTable(rows: readonly (readonly Step[])[]): StepTable {
  const steps = rows.flat();
  const starts = new Int32Array(rows.length + 1);
  rows.forEach((row, r) => {
    starts[r + 1] = starts[r] + row.length;
  });
  const table: StepTable = {
    numRows: rows.length,
    numSteps: steps.length,
    starts,
    axes: Uint8Array.from(steps, (step) => ("axis" in step ? step.axis : FIXED)),
    references: new Int32Array(steps.length).fill(-1),
    scales: new Float64Array(steps.length).fill(1),
    shifts: new Float64Array(steps.length),
    fixed: new Float64Array(4 * steps.length),
  };
  steps.forEach((step, k) => {
    if ("fixed" in step) table.fixed.set(step.fixed, 4 * k);
    else if (typeof step.angle === "number") table.shifts[k] = step.angle;
    else {
      table.references[k] = "weight" in step.angle ? step.angle.weight : step.angle.input;
      table.scales[k] = step.angle.scale ?? 1;
      table.shifts[k] = step.angle.shift ?? 0;
    }
  });
  return table;
}

/**
 * The product of each row's turns, quaternions [numRows][4] at `out[4·outRow…]`; (cos, sin) of half of each angle are
 * kept at `halves[2·halfStep…]` for `addStepGradients`.
 *
 * @param values - Weights or inputs, those of this circuit or sample from `offset` on.
 */
export function composeSteps(
  table: StepTable,
  values: ArrayLike<number>,
  offset: number,
  out: Float64Array,
  outRow: number,
  halves: Float64Array,
  halfStep: number,
): void {
  const { numRows, starts, axes, references, scales, shifts, fixed } = table;
  for (let row = 0; row < numRows; row++) {
    const at = 4 * (outRow + row);
    out[at] = 1;
    out[at + 1] = out[at + 2] = out[at + 3] = 0;
    const first = starts[row];
    for (let k = first; k < starts[row + 1]; k++) {
      if (axes[k] === FIXED) {
        multiplyInPlace(fixed, 4 * k, out, at);
        continue;
      }
      const value = references[k] < 0 ? 0 : values[offset + references[k]];
      const half = (scales[k] * value + shifts[k]) / 2;
      const c = Math.cos(half);
      const s = Math.sin(half);
      halves[2 * (halfStep + k)] = c;
      halves[2 * (halfStep + k) + 1] = s;
      if (k === first) {
        out[at] = c;
        out[at + 1 + axes[k]] = s;
      } else rotateInPlace(axes[k], c, s, out, at);
    }
  }
}

/**
 * Slopes of one row's angles. The slope of the last turn is the component of `torque` along its axis; before it, the
 * vector is the same turned back.
 *
 * @param torque - T_P = Re⟨λ|−iP|ψ⟩ for P = X, Y, Z after the row's turns; overwritten.
 */
export function addStepGradients(
  table: StepTable,
  row: number,
  torque: Float64Array,
  halves: Float64Array,
  halfStep: number,
  gradients: Float64Array,
  offset: number,
): void {
  const { starts, axes, references, scales, fixed } = table;
  const first = starts[row];
  for (let k = starts[row + 1] - 1; k >= first; k--) {
    const axis = axes[k];
    if (axis === FIXED) {
      turnBackBy(fixed, 4 * k, torque);
      continue;
    }
    if (references[k] >= 0) gradients[offset + references[k]] += scales[k] * torque[axis];
    if (k > first) turnBack(axis, halves[2 * (halfStep + k)], halves[2 * (halfStep + k) + 1], torque);
  }
}
