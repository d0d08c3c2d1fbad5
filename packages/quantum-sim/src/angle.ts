/** Reference to one entry of a circuit's flat weight vector; the angle is `scale`·weight + `shift`. */
export interface WeightRef {
  readonly weight: number;
  /** Default 1. */
  readonly scale?: number;
  /** In radians, default 0. */
  readonly shift?: number;
}

/** Reference to one input feature of the circuit; the angle is `scale`·feature + `shift`. */
export interface InputRef {
  readonly input: number;
  /** Default 1. */
  readonly scale?: number;
  /** In radians, default 0. */
  readonly shift?: number;
}

/** Angle in radians: fixed, trainable, or a feature of the input. */
export type Angle = number | WeightRef | InputRef;

/** The angle times a factor: `scaled(input(0), Math.PI)` turns a feature in [0, 1] into an angle in [0, π]. */
export function scaled(angle: Angle, factor: number): Angle {
  if (typeof angle === "number") return factor * angle;
  return { ...angle, scale: factor * (angle.scale ?? 1), shift: factor * (angle.shift ?? 0) };
}

/** The angle plus a constant in radians. */
export function shifted(angle: Angle, shiftRadians: number): Angle {
  if (typeof angle === "number") return angle + shiftRadians;
  return { ...angle, shift: (angle.shift ?? 0) + shiftRadians };
}

/** True for a reference to a weight. */
export const isWeight = (angle: Angle): angle is WeightRef => typeof angle !== "number" && "weight" in angle;

/** True for a reference to an input feature. */
export const isInput = (angle: Angle): angle is InputRef => typeof angle !== "number" && "input" in angle;

/** The angle in radians; `weightOffset` and `inputOffset` say where this circuit's values begin. */
export function angleValue(
  angle: Angle,
  weights: ArrayLike<number>,
  weightOffset: number,
  inputs: ArrayLike<number>,
  inputOffset: number,
): number {
  if (typeof angle === "number") return angle;
  const value = "weight" in angle ? weights[weightOffset + angle.weight] : inputs[inputOffset + angle.input];
  return (angle.scale ?? 1) * value + (angle.shift ?? 0);
}

/** What is wrong with an angle, in words; undefined if nothing is. */
export function angleFault(angle: Angle): string | undefined {
  if (typeof angle === "number") return Number.isFinite(angle) ? undefined : `${angle}`;
  if (typeof angle !== "object" || angle === null) return `${angle}`;
  const { scale = 1, shift = 0 } = angle;
  const [kind, index] = "weight" in angle ? ["weight", angle.weight] : ["input", angle.input];
  if (!Number.isInteger(index) || index < 0) return `${kind} ${index}`;
  return Number.isFinite(scale) && Number.isFinite(shift) ? undefined : `${kind} ${index} with scale ${scale} and shift ${shift}`;
}
