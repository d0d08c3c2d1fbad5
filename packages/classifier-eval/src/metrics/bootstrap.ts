import { expect, type Rng } from "repro-kit";

/** Two ends of an interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions {
  readonly rng: Rng;
  /** @defaultValue 1000 */
  readonly resamples?: number;
  /** Images of one group (patient, lesion) are drawn together. Default: every image by itself. */
  readonly groups?: readonly (string | number)[];
}

/**
 * Bootstrap samples as counts: sample b says how often each image was drawn. Groups are drawn with replacement, as many as
 * there are, each with all of its images.
 *
 * @param count - Number of images.
 * @returns `resamples` arrays of length `count`; sample b depends on (rng, b) only.
 */
export function bootstrapWeights(count: number, { rng, resamples = 1000, groups }: BootstrapOptions): Uint16Array[] {
  expect(Number.isInteger(resamples) && resamples >= 1, "bootstrap", `resamples must be an integer ≥ 1; got ${resamples}.`);
  expect(!groups || groups.length === count, "bootstrap", `needs a group for each of ${count} images; got ${groups?.length}.`);
  const members = new Map<string | number, number[]>();
  for (let i = 0; i < count; i++) {
    const group = groups ? groups[i] : i;
    const list = members.get(group);
    if (list) list.push(i);
    else members.set(group, [i]);
  }
  const lists = [...members.values()];
  return Array.from({ length: resamples }, (_, b) => {
    const stream = rng.fork("bootstrap", b);
    const weights = new Uint16Array(count);
    for (let draw = 0; draw < lists.length; draw++) for (const i of lists[stream.integer(lists.length)]) weights[i]++;
    return weights;
  });
}

/**
 * The q-quantile with linear interpolation between order statistics (numpy's default).
 *
 * @param sorted - In rising order, at least one value.
 */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/**
 * Percentile interval of bootstrap values; samples in which the metric is undefined (NaN) are left out.
 *
 * @returns null where fewer than half of the samples have a value.
 * @see Efron & Tibshirani 1993, §13.3.
 */
export function percentileInterval(values: readonly number[], confidence = 0.95): Interval | null {
  const defined = Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort();
  if (defined.length * 2 < values.length || defined.length === 0) return null;
  return { low: quantile(defined, (1 - confidence) / 2), high: quantile(defined, (1 + confidence) / 2) };
}

/** The percentile interval mirrored at the estimate. @see Efron & Tibshirani 1993, §13.4 (there "basic" or "reverse percentile"). */
export function basicInterval(estimate: number, values: readonly number[], confidence = 0.95): Interval | null {
  const percentile = percentileInterval(values, confidence);
  return percentile && { low: 2 * estimate - percentile.high, high: 2 * estimate - percentile.low };
}
