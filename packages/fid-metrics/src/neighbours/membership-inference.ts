import { checkOptions, expect } from "repro-kit";
import type { Features } from "../features.ts";
import { nearestNeighbours } from "./nearest-neighbours.ts";

export interface MembershipInference {
  /** Chance that a training image lies nearer to the generated ones than a held-out image does; ½ where they give nothing away. */
  readonly auc: number;
  /** Confidence interval of the AUC (Hanley, McNeil), cut to [0, 1]. */
  readonly low: number;
  readonly high: number;
}

/**
 * Membership inference with nothing but the generated images: each real image scores by its distance to the nearest generated
 * one, and the AUC says how well that tells training images from held-out ones. Ties count one half.
 *
 * @param sets.training - Features of images that the generator was trained on.
 * @param sets.heldOut - Features of others of the same kind, that it has not seen.
 * @param options.level - Of the interval. Default 0.95.
 * @throws UsageError for unlike dimensions, an empty set, values that are not finite.
 * @see Chen et al. 2020, arXiv:1909.03935, Sec. 4.2 (full black-box attack); Hanley, McNeil 1982, Radiology 143.
 */
export function membershipInference(
  sets: { readonly training: Features; readonly heldOut: Features; readonly generated: Features },
  options: { readonly level?: number } = {},
): MembershipInference {
  const scope = "membershipInference";
  checkOptions(scope, options, ["level"]);
  const { level = 0.95 } = options;
  expect(level > 0 && level < 1, scope, `level must lie between 0 and 1; got ${level}.`);
  const [near, far] = [sets.training, sets.heldOut].map((set) => nearestNeighbours(set, sets.generated).distances);
  const auc = probabilityBelow(near, far);
  const [n, m] = [near.length, far.length];
  const [q1, q2] = [auc / (2 - auc), (2 * auc * auc) / (1 + auc)];
  const variance = (auc * (1 - auc) + (n - 1) * (q1 - auc * auc) + (m - 1) * (q2 - auc * auc)) / (n * m);
  const reach = normalQuantile((1 + level) / 2) * Math.sqrt(Math.max(0, variance));
  return { auc, low: Math.max(0, auc - reach), high: Math.min(1, auc + reach) };
}

/** P(a < b) + ½P(a = b) by ranks. O(n log n). */
function probabilityBelow(a: Float64Array, b: Float64Array): number {
  const sorted = Float64Array.from(a).sort();
  const firstAtLeast = (value: number, isAbove: boolean): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < value || (isAbove && sorted[middle] === value)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const sum = b.reduce((total, value) => total + (firstAtLeast(value, false) + firstAtLeast(value, true)) / 2, 0);
  return sum / (a.length * b.length);
}

/** Inverse of the normal distribution by bisection on an erf of 1e-7 (Abramowitz, Stegun 7.1.26), enough for an interval. */
function normalQuantile(probability: number): number {
  const below = (z: number): number => {
    const t = 1 / (1 + 0.3275911 * (z / Math.SQRT2));
    const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    return 1 - (poly * Math.exp((-z * z) / 2)) / 2;
  };
  let [low, high] = [0, 10];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (below(middle) < probability) low = middle;
    else high = middle;
  }
  return low;
}
