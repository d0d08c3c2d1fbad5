import { expect } from "repro-kit";
import type { Interval } from "./bootstrap.ts";
import { erfc, normalQuantile } from "./distributions.ts";

/** Areas under two ROC curves of the same images, and whether they differ. */
export interface DeLong {
  readonly areas: readonly [first: number, second: number];
  /** Standard error of each area, and of first − second. */
  readonly errors: readonly [first: number, second: number];
  readonly differenceError: number;
  /** Confidence interval of first − second. */
  readonly interval: Interval;
  readonly z: number;
  /** Two-sided. 1 where the two rankings are the same. */
  readonly p: number;
}

/**
 * DeLong's test for the areas under two correlated ROC curves.
 *
 * @param isPositive - 1 for a positive image, else 0.
 * @param first - Score of each image by the first classifier, higher for positive; `second` likewise.
 * The errors are 0 where a ranking is perfect, or perfectly wrong: they say little about few images then. Bootstrap those.
 *
 * @throws UsageError with fewer than two positive or two negative images: the variance is undefined.
 * @see DeLong, DeLong & Clarke-Pearson 1988; Sun & Xu 2014 for the midranks, which make it O(n log n).
 */
export function delong(
  isPositive: ArrayLike<number>,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  confidence = 0.95,
): DeLong {
  const sizes = [isPositive.length, first.length, second.length];
  expect(new Set(sizes).size === 1, "delong", `labels and both scores must be of one length; got ${sizes.join(", ")}.`);
  const positives: number[] = [];
  const negatives: number[] = [];
  for (let i = 0; i < isPositive.length; i++) (isPositive[i] ? positives : negatives).push(i);
  expect(
    positives.length >= 2 && negatives.length >= 2,
    "delong",
    `needs two positive and two negative images or more; got ${positives.length} and ${negatives.length}.`,
  );
  const [a, b] = [first, second].map((scores) => placements(scores, positives, negatives));
  const covariance = (x: Placements, y: Placements) =>
    covarianceOf(x.ofPositives, y.ofPositives) / positives.length + covarianceOf(x.ofNegatives, y.ofNegatives) / negatives.length;
  const [varianceA, varianceB] = [covariance(a, a), covariance(b, b)];
  const difference = a.area - b.area;
  const differenceError = Math.sqrt(Math.max(0, varianceA + varianceB - 2 * covariance(a, b)));
  const half = normalQuantile((1 + confidence) / 2) * differenceError;
  const z = difference === 0 ? 0 : difference / differenceError;
  return {
    areas: [a.area, b.area],
    errors: [Math.sqrt(varianceA), Math.sqrt(varianceB)],
    differenceError,
    interval: { low: difference - half, high: difference + half },
    z,
    p: erfc(Math.abs(z) / Math.SQRT2),
  };
}

interface Placements {
  readonly area: number;
  /** For each positive: the share of negatives below it, ties half; for each negative: the share of positives above it. */
  readonly ofPositives: Float64Array;
  readonly ofNegatives: Float64Array;
}

function placements(scores: ArrayLike<number>, positives: readonly number[], negatives: readonly number[]): Placements {
  const high = Float64Array.from(positives, (i) => scores[i]).sort();
  const low = Float64Array.from(negatives, (i) => scores[i]).sort();
  const ofPositives = Float64Array.from(positives, (i) => shareBelow(low, scores[i]));
  const ofNegatives = Float64Array.from(negatives, (i) => 1 - shareBelow(high, scores[i]));
  return { area: ofPositives.reduce((sum, value) => sum + value, 0) / positives.length, ofPositives, ofNegatives };
}

/** Share of sorted values below one, those equal counted half. */
function shareBelow(sorted: Float64Array, value: number): number {
  return (countBelow(sorted, (other) => other < value) + countBelow(sorted, (other) => other <= value)) / (2 * sorted.length);
}

function countBelow(sorted: Float64Array, isBelow: (other: number) => boolean): number {
  let [start, end] = [0, sorted.length];
  while (start < end) {
    const middle = (start + end) >> 1;
    if (isBelow(sorted[middle])) start = middle + 1;
    else end = middle;
  }
  return start;
}

function covarianceOf(x: Float64Array, y: Float64Array): number {
  const meanX = x.reduce((sum, value) => sum + value, 0) / x.length;
  const meanY = y.reduce((sum, value) => sum + value, 0) / y.length;
  return x.reduce((sum, value, i) => sum + (value - meanX) * (y[i] - meanY), 0) / (x.length - 1);
}
