import { type Angle, angleValue, isInput, isWeight, scaled, shifted } from "../angle.ts";
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

/** scale·a·b + shift: what a gate with `productOf` turns by. */
export interface ProductAngle {
  readonly factors: readonly [Angle, Angle];
  readonly scale: number;
  readonly shift: number;
}
export type ProgramAngle = Angle | ProductAngle;

const isProduct = (angle: ProgramAngle): angle is ProductAngle => typeof angle !== "number" && "factors" in angle;

/** scale·angle + shift. */
export function affine(angle: ProgramAngle, scale: number, shift = 0): ProgramAngle {
  if (isProduct(angle)) return { ...angle, scale: scale * angle.scale, shift: scale * angle.shift + shift };
  return shifted(scaled(angle, scale), shift);
}

export const angleAt = (angle: ProgramAngle, at: AngleValues): number => {
  if (typeof angle === "number") return angle;
  if (isProduct(angle)) return angle.scale * angleAt(angle.factors[0], at) * angleAt(angle.factors[1], at) + angle.shift;
  return angleValue(angle, at.weights, at.weightOffset, at.inputs, at.inputOffset);
};

/** Adds ∂loss/∂angle to whatever the angle refers to. */
export function addSlope(angle: ProgramAngle, slope: number, at: AngleValues, gradients: AngleGradients): void {
  if (typeof angle === "number") return;
  if (isProduct(angle)) {
    const [a, b] = angle.factors;
    addSlope(a, slope * angle.scale * angleAt(b, at), at, gradients);
    addSlope(b, slope * angle.scale * angleAt(a, at), at, gradients);
    return;
  }
  if (isWeight(angle)) gradients.weights[at.weightOffset + angle.weight] += (angle.scale ?? 1) * slope;
  else if (isInput(angle)) gradients.inputs[at.inputOffset + angle.input] += (angle.scale ?? 1) * slope;
}

export const isTrainable = (angle: ProgramAngle): boolean =>
  isProduct(angle) ? angle.factors.some(isTrainable) : typeof angle !== "number";
export const dependsOnInput = (angle: ProgramAngle): boolean =>
  isProduct(angle) ? angle.factors.some(dependsOnInput) : typeof angle !== "number" && isInput(angle);

/** Angles as flat arrays: what the loops over samples read. */
export interface AngleTable {
  value(k: number, at: AngleValues): number;
  /** Adds ∂loss/∂(angle k) to whatever it refers to. */
  addSlope(k: number, slope: number, at: AngleValues, gradients: AngleGradients): void;
}

const CONSTANT = 0;
const WEIGHT = 1;
const INPUT = 2;
const PRODUCT = 3;

export function createAngleTable(angles: readonly ProgramAngle[]): AngleTable {
  const kinds = Uint8Array.from(angles, (angle) =>
    typeof angle === "number" ? CONSTANT : isProduct(angle) ? PRODUCT : isWeight(angle) ? WEIGHT : INPUT,
  );
  const indices = Int32Array.from(angles, (angle) =>
    typeof angle === "number" || isProduct(angle) ? 0 : isWeight(angle) ? angle.weight : angle.input,
  );
  const scales = Float64Array.from(angles, (angle) => (typeof angle === "number" ? 0 : (angle.scale ?? 1)));
  const shifts = Float64Array.from(angles, (angle) => (typeof angle === "number" ? angle : (angle.shift ?? 0)));
  return {
    value(k, at) {
      if (kinds[k] === CONSTANT) return shifts[k];
      if (kinds[k] === PRODUCT) return angleAt(angles[k], at);
      const value = kinds[k] === WEIGHT ? at.weights[at.weightOffset + indices[k]] : at.inputs[at.inputOffset + indices[k]];
      return scales[k] * value + shifts[k];
    },
    addSlope(k, slope, at, gradients) {
      if (kinds[k] === WEIGHT) gradients.weights[at.weightOffset + indices[k]] += scales[k] * slope;
      else if (kinds[k] === PRODUCT) addSlope(angles[k], slope, at, gradients);
      else if (kinds[k] === INPUT) gradients.inputs[at.inputOffset + indices[k]] += scales[k] * slope;
    },
  };
}
