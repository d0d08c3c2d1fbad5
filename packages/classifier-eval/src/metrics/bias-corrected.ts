import { type Interval, quantile } from "./bootstrap.ts";
import { normalCdf, normalQuantile } from "./distributions.ts";

/** Estimate ± z standard deviations of the bootstrap values. @see Efron & Tibshirani 1993, §12. */
export function normalInterval(estimate: number, values: readonly number[], confidence = 0.95): Interval {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const half = normalQuantile((1 + confidence) / 2) * Math.sqrt(variance);
  return { low: estimate - half, high: estimate + half };
}

export interface BcaInterval extends Interval {
  /** The quantiles of the bootstrap values that the interval's ends are. */
  readonly quantiles: readonly [low: number, high: number];
}

/**
 * Acceleration of the BCa interval from jackknife values (the metric without each image, or each group, in turn): a sixth of their
 * skewness about their mean. 0 where they are all equal.
 *
 * @see Efron & Tibshirani 1993, eq. 14.15.
 */
export function jackknifeAcceleration(jackknife: ArrayLike<number>): number {
  const values = Array.from(jackknife);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (mean - value) ** 2, 0);
  const cubes = values.reduce((sum, value) => sum + (mean - value) ** 3, 0);
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

/**
 * Bias-corrected and accelerated bootstrap interval.
 *
 * @param values - Bootstrap values, none NaN.
 * @param options.acceleration - From `jackknifeAcceleration`.
 * @param options.ties - How values equal to the estimate count for the bias: half ("midrank", scipy's rule; the default), or not at
 *   all ("strict", Efron's formula).
 * @returns null where the estimate lies outside of all values: the correction is undefined.
 * @see Efron 1987; Efron & Tibshirani 1993, §14.3.
 */
export function bcaInterval(
  estimate: number,
  values: readonly number[],
  options: { readonly acceleration: number; readonly ties?: "midrank" | "strict"; readonly confidence?: number },
): BcaInterval | null {
  const { acceleration, ties = "midrank", confidence = 0.95 } = options;
  const below = values.filter((value) => value < estimate).length;
  const equal = ties === "midrank" ? values.filter((value) => value === estimate).length : 0;
  const bias = normalQuantile((below + equal / 2) / values.length);
  if (!Number.isFinite(bias)) return null;
  const corrected = (tail: number) => {
    const z = bias + normalQuantile(tail);
    return normalCdf(bias + z / (1 - acceleration * z));
  };
  const quantiles = [corrected((1 - confidence) / 2), corrected((1 + confidence) / 2)] as const;
  const sorted = Float64Array.from(values).sort();
  return { low: quantile(sorted, quantiles[0]), high: quantile(sorted, quantiles[1]), quantiles };
}
