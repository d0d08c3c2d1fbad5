import { largestDifference } from "../compare.ts";
import type { Deviation } from "../golden-kind.ts";

/** Relative to 1 + the largest finite magnitude; infinities and NaN must be the same on both sides. */
export function compare(what: string, ours: ArrayLike<number>, theirs: ArrayLike<number>, tolerance: number): Deviation {
  const magnitude = Array.from(theirs)
    .filter(Number.isFinite)
    .reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return { what, error: largestDifference(ours, theirs) / (1 + magnitude), tolerance };
}

/** Numbers of a nested value in order, keys sorted; null and "nan" are NaN. */
export function numbersOf(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (value === null || value === "nan") return [Number.NaN];
  if (value === "inf" || value === "-inf") return [value === "inf" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY];
  if (Array.isArray(value)) return value.flatMap(numbersOf);
  if (isRecord(value))
    return Object.keys(value)
      .sort()
      .flatMap((key) => numbersOf(value[key]));
  throw new Error(`not a number: ${JSON.stringify(value)}`);
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
