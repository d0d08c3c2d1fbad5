import { type Angle, isWeight } from "../angle.ts";
import type { Operation } from "../gate.ts";

export interface AngleStyle {
  number(value: number): string;
  readonly times: string;
  readonly plus: string;
  readonly minus: string;
}

/** "w0", "2.00*x1+0.30": a reference to a weight or an input with its scale and shift, or the number itself. */
function angleLabel(angle: Angle, { number, times, plus, minus }: AngleStyle): string {
  if (typeof angle === "number") return number(angle);
  const { scale = 1, shift = 0 } = angle;
  const name = isWeight(angle) ? `w${angle.weight}` : `x${angle.input}`;
  const scaled = scale === 1 ? name : scale === -1 ? `${minus.trim()}${name}` : `${number(scale)}${times}${name}`;
  return shift === 0 ? scaled : `${scaled}${shift < 0 ? minus : plus}${number(Math.abs(shift))}`;
}

/** The angles of an operation as they stand beside its name, separated by `separator`; empty for none and for a vector of amplitudes. */
export function operationLabel({ gate, angles }: Operation, style: AngleStyle, separator: string): string {
  if ((gate.controlled?.gate ?? gate).preparation) return "";
  const [a, b] = angles;
  if (!(gate.controlled?.gate ?? gate).productOf) return angles.map((angle) => angleLabel(angle, style)).join(separator);
  if (typeof a === "number" && typeof b === "number") return style.number(a * b);
  return [a, b].map((angle) => angleLabel(angle, style)).join(style.times);
}

/** So many digits behind the point; halves go to the even digit, as in Python. */
export function fixedPoint(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  // A value that lies exactly between two of them is an odd number of 2^−(decimals+1); toFixed takes the one away from zero.
  const isTie = Math.abs(value * 2 ** (decimals + 1)) % 2 === 1;
  return isTie && Number(text.at(-1)) % 2 === 1 ? (value * (1 - Number.EPSILON)).toFixed(decimals) : text;
}
