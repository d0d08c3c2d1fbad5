import { checkOptions, expect } from "repro-kit";

/** Whether latents are put on the unit sphere before they are interpolated ("unit"), or keep their lengths ("keep"). */
export interface SlerpOptions {
  readonly lengths?: "unit" | "keep";
}

/** Below this |1 − |cos ω|| the two directions count as one, and the interpolation is a straight line (float32's resolution of a cosine). */
const COLLINEAR = 1e-6;

/**
 * Spherical interpolation (sin((1 − t)ω)·a + sin(tω)·b)/sin ω, ω the angle between a and b.
 *
 * @param a - [dimension]
 * @param b - [dimension]
 * @param t - 0 gives a, 1 gives b.
 * @param options.lengths - "unit" (default, StyleGAN): both are normalised first and so is the result. "keep" (torch-fidelity): they
 *   are mixed at their lengths, linearly where they are collinear.
 * @throws UsageError for unlike lengths, or a zero vector.
 * @see Shoemake 1985, SIGGRAPH 19(3), Sec. 3.3; Karras et al. 2019, arXiv:1812.04948, Sec. 4.1.
 */
export function slerp(a: ArrayLike<number>, b: ArrayLike<number>, t: number, options: SlerpOptions = {}): Float64Array {
  checkOptions("slerp", options, ["lengths"]);
  expect(a.length === b.length, "slerp", `both latents must have one length; got ${a.length} and ${b.length}.`);
  const [u, v] = [unit(a), unit(b)];
  let cosine = 0;
  for (let i = 0; i < u.length; i++) cosine += u[i] * v[i];
  const isCollinear = 1 - Math.abs(cosine) < COLLINEAR;
  if (options.lengths === "keep") {
    if (isCollinear) return Float64Array.from(u, (_, i) => a[i] + (b[i] - a[i]) * t);
    const angle = Math.acos(cosine);
    const [wa, wb] = [Math.sin((1 - t) * angle) / Math.sin(angle), Math.sin(t * angle) / Math.sin(angle)];
    return Float64Array.from(u, (_, i) => wa * a[i] + wb * b[i]);
  }
  // The part of v across u; turning u towards it by t·ω stays defined where sin ω is small.
  const across = v.map((value, i) => value - cosine * u[i]);
  if (Math.hypot(...across) === 0) return u;
  const direction = unit(across);
  const angle = t * Math.acos(Math.max(-1, Math.min(1, cosine)));
  return unit(u.map((value, i) => Math.cos(angle) * value + Math.sin(angle) * direction[i]));
}

export interface PathLength {
  readonly mean: number;
  /** Population standard deviation of what was kept. */
  readonly standardDeviation: number;
  readonly numKept: number;
  /** Smallest and largest distance that was kept. */
  readonly low: number;
  readonly high: number;
}

/**
 * Perceptual path length from the distances d(G(z(t)), G(z(t + ε)))/ε²: their mean without what lies below the 1st or above the 99th
 * percentile, the lower percentile rounded down and the upper one up to a distance that occurs, both inclusive.
 *
 * @param distances - At least two, finite, divided by ε² already.
 * @param options.lowerPercent - Default 1.
 * @param options.upperPercent - Default 99.
 * @throws UsageError for fewer than two distances, values that are not finite, or percents out of order. O(n log n).
 * @see Karras et al. 2019, arXiv:1812.04948, eq. (2), and the metric `ppl` of its program.
 */
export function summarisePathLengths(
  distances: ArrayLike<number>,
  options: { readonly lowerPercent?: number; readonly upperPercent?: number } = {},
): PathLength {
  const scope = "summarisePathLengths";
  checkOptions(scope, options, ["lowerPercent", "upperPercent"]);
  const { lowerPercent = 1, upperPercent = 99 } = options;
  expect(distances.length >= 2, scope, `at least 2 distances are needed; got ${distances.length}.`);
  const isOrdered = lowerPercent >= 0 && lowerPercent < upperPercent && upperPercent <= 100;
  expect(isOrdered, scope, `percents must ascend in 0 … 100; got ${lowerPercent} and ${upperPercent}.`);
  const sorted = Float64Array.from(distances).sort();
  const bad = sorted.find((value) => !Number.isFinite(value));
  expect(bad === undefined, scope, () => `distances must be finite; got ${bad}.`);
  const last = sorted.length - 1;
  const low = sorted[Math.floor((lowerPercent / 100) * last)];
  const high = sorted[Math.ceil((upperPercent / 100) * last)];
  const kept = sorted.filter((value) => value >= low && value <= high);
  const mean = kept.reduce((sum, value) => sum + value, 0) / kept.length;
  const squares = kept.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardDeviation: Math.sqrt(squares / kept.length), numKept: kept.length, low, high };
}

function unit(vector: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(vector);
  const length = Math.hypot(...values);
  expect(length > 0, "slerp", "a latent of length 0 has no direction.");
  return values.map((value) => value / length);
}
