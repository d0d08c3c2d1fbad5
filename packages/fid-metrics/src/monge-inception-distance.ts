import { multiplyMatrices } from "array-kernels";
import { checkOptions, expect, type Rng } from "repro-kit";
import { checkPair, type Features } from "./features.ts";

export interface MongeInceptionDistanceOptions {
  /** Draws the directions. */
  readonly rng: Rng;
  /** Directions that the sets are projected on. Default 1000. */
  readonly projections?: number;
}

/** Directions at once: 64 projections of 50 000 features are 25 MB. */
const TILE = 64;

/**
 * MIND, the sliced Wasserstein distance of features: 3d · mean over M random unit directions u of W₂²(uᵀX, uᵀY). In one dimension
 * the optimal transport sorts both sides and pairs them by rank; sets of unlike sizes are paired by quantile, with nothing thrown away.
 * Unlike FID it sees whole distributions, not only mean and covariance. It is biased upwards in small samples, by order 1/n.
 *
 * @param real - n features of dimension d.
 * @param generated - m features.
 * @throws UsageError for unlike dimensions, fewer than two features, or values that are not finite. O(M(n + m)(d + log n)).
 * @see Berthet et al. 2026, arXiv:2605.06797 (α = 3d, M = 1000; there both sets have one size).
 */
export function mongeInceptionDistance(real: Features, generated: Features, options: MongeInceptionDistanceOptions): number {
  const scope = "mongeInceptionDistance";
  checkOptions(scope, options, ["rng", "projections"]);
  checkPair(scope, real, generated);
  const { rng, projections = 1000 } = options;
  expect(Number.isInteger(projections) && projections >= 1, scope, `projections must be an integer ≥ 1; got ${projections}.`);
  const { dimension } = real;
  let sum = 0;
  for (let from = 0; from < projections; from += TILE) {
    const count = Math.min(TILE, projections - from);
    const directions = new Float64Array(count * dimension);
    for (let i = 0; i < count; i++)
      fillDirection(rng.fork("mind", from + i), directions.subarray(i * dimension, (i + 1) * dimension));
    const [a, b] = [real, generated].map((set) =>
      multiplyMatrices(directions, set.data, { m: count, k: dimension, n: set.count, transposeB: true }),
    );
    for (let i = 0; i < count; i++)
      sum += squaredWasserstein(
        a.subarray(i * real.count, (i + 1) * real.count).sort(),
        b.subarray(i * generated.count, (i + 1) * generated.count).sort(),
      );
  }
  return (3 * dimension * sum) / projections;
}

/** ∫₀¹ (F⁻¹(t) − G⁻¹(t))² dt of two sorted samples: steps of the two quantile functions, merged. */
function squaredWasserstein(a: Float64Array, b: Float64Array): number {
  const [n, m] = [a.length, b.length];
  let [i, j, done, sum] = [0, 0, 0, 0];
  while (i < n && j < m) {
    // Positions in units of 1/(nm), so that equal sizes meet exactly.
    const end = Math.min((i + 1) * m, (j + 1) * n);
    sum += (end - done) * (a[i] - b[j]) ** 2;
    done = end;
    if (end === (i + 1) * m) i++;
    if (end === (j + 1) * n) j++;
  }
  return sum / (n * m);
}

function fillDirection(rng: Rng, direction: Float64Array): void {
  rng.fillNormal(direction);
  const length = Math.sqrt(direction.reduce((total, value) => total + value * value, 0));
  for (let k = 0; k < direction.length; k++) direction[k] /= length;
}
