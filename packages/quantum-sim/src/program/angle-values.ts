import { type Angle, angleValue, isInput, isWeight } from "../angle.ts";
import type { FloatArray } from "../executable.ts";

/** Weights and inputs of one circuit and sample: views into longer arrays. */
export interface AngleValues {
  readonly weights: ArrayLike<number>;
  weightOffset: number;
  readonly inputs: ArrayLike<number>;
  inputOffset: number;
}

/** Where slopes go; the offsets are those of `AngleValues`. */
export interface AngleGradients {
  readonly weights: FloatArray;
  readonly inputs: FloatArray;
}

export const angleAt = (angle: Angle, at: AngleValues): number =>
  typeof angle === "number" ? angle : angleValue(angle, at.weights, at.weightOffset, at.inputs, at.inputOffset);

/** Adds ∂loss/∂angle to whatever the angle refers to. */
export function addSlope(angle: Angle, slope: number, at: AngleValues, gradients: AngleGradients): void {
  if (typeof angle === "number") return;
  if (isWeight(angle)) gradients.weights[at.weightOffset + angle.weight] += (angle.scale ?? 1) * slope;
  else if (isInput(angle)) gradients.inputs[at.inputOffset + angle.input] += (angle.scale ?? 1) * slope;
}

export const isTrainable = (angle: Angle): boolean => typeof angle !== "number";
export const dependsOnInput = (angle: Angle): boolean => typeof angle !== "number" && isInput(angle);

/** Angles as flat arrays: what the loops over samples read. */
export interface AngleTable {
  value(k: number, at: AngleValues): number;
  /** Adds ∂loss/∂(angle k) to whatever it refers to. */
  addSlope(k: number, slope: number, at: AngleValues, gradients: AngleGradients): void;
}

const CONSTANT = 0;
const WEIGHT = 1;
const INPUT = 2;

export function createAngleTable(angles: readonly Angle[]): AngleTable {
  const kinds = Uint8Array.from(angles, (angle) => (typeof angle === "number" ? CONSTANT : isWeight(angle) ? WEIGHT : INPUT));
  const indices = Int32Array.from(angles, (angle) =>
    typeof angle === "number" ? 0 : isWeight(angle) ? angle.weight : angle.input,
  );
  const scales = Float64Array.from(angles, (angle) => (typeof angle === "number" ? 0 : (angle.scale ?? 1)));
  const shifts = Float64Array.from(angles, (angle) => (typeof angle === "number" ? angle : (angle.shift ?? 0)));
  return {
    value(k, at) {
      if (kinds[k] === CONSTANT) return shifts[k];
      const value = kinds[k] === WEIGHT ? at.weights[at.weightOffset + indices[k]] : at.inputs[at.inputOffset + indices[k]];
      return scales[k] * value + shifts[k];
    },
    addSlope(k, slope, at, gradients) {
      if (kinds[k] === WEIGHT) gradients.weights[at.weightOffset + indices[k]] += scales[k] * slope;
      else if (kinds[k] === INPUT) gradients.inputs[at.inputOffset + indices[k]] += scales[k] * slope;
    },
  };
}
