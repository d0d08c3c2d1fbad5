import type { Deviation } from "./golden-kind.ts";

/** Largest |ours − theirs|; NaN where the lengths differ or a value is NaN on one side only. */
export function largestDifference(ours: ArrayLike<number>, theirs: ArrayLike<number>): number {
  if (ours.length !== theirs.length) return Number.NaN;
  let largest = 0;
  for (let i = 0; i < ours.length; i++) {
    if (Object.is(ours[i], theirs[i]) || (Number.isNaN(ours[i]) && Number.isNaN(theirs[i]))) continue;
    const difference = Math.abs(ours[i] - theirs[i]);
    if (!(difference <= largest)) largest = difference;
    if (Number.isNaN(largest)) return Number.NaN;
  }
  return largest;
}

/** Absolute comparison. */
export function absolute(what: string, ours: ArrayLike<number>, theirs: ArrayLike<number>, tolerance: number): Deviation {
  return { what, error: largestDifference(ours, theirs), tolerance };
}

/** Comparison relative to 1 + the largest finite magnitude of the reference; NaN and infinity must stand where the reference has them. */
export function scaled(what: string, ours: ArrayLike<number>, theirs: ArrayLike<number>, tolerance: number): Deviation {
  let magnitude = 0;
  for (let i = 0; i < theirs.length; i++) if (Number.isFinite(theirs[i])) magnitude = Math.max(magnitude, Math.abs(theirs[i]));
  return { what, error: largestDifference(ours, theirs) / (1 + magnitude), tolerance };
}

/** Comparison of two numbers relative to the reference. */
export function relative(what: string, ours: number, theirs: number, tolerance: number): Deviation {
  return { what, error: theirs === 0 ? Math.abs(ours) : Math.abs(ours - theirs) / Math.abs(theirs), tolerance };
}

/** Arrays of numbers, however nested, as one flat list. */
export function flatten(nested: unknown): number[] {
  if (typeof nested === "number") return [nested];
  if (!Array.isArray(nested)) throw new Error(`bug: expected nested arrays of numbers; got ${typeof nested}.`);
  return nested.flatMap(flatten);
}
