import { checkOptions, expect, type Rng } from "repro-kit";
import { featureStatistics } from "./feature-statistics.ts";
import { checkPair, type Features, selectFeatures } from "./features.ts";
import { frechetDistance, frechetDistanceFromFeatures } from "./frechet-distance.ts";

export interface FrechetDistanceInfinityOptions {
  /** Draws which generated features a smaller set holds. */
  readonly rng: Rng;
  /** Sizes at which the distance is taken. Default 15. */
  readonly points?: number;
  /** Smallest size. Default 5000 where there are at least twice as many generated features, else half of them. */
  readonly smallest?: number;
}

export interface FrechetDistanceInfinity {
  /** What the line reaches at 1/N = 0. */
  readonly value: number;
  /** Change of the distance with 1/N: its bias at N generated features is about slope/N. */
  readonly slope: number;
  readonly sizes: readonly number[];
  readonly distances: readonly number[];
}

/**
 * FID∞: the Fréchet distance of N generated features is biased by about c/N with a c of the generator's own, so it is taken at
 * evenly spaced N, a straight line is fitted over 1/N by least squares, and its value at 0 is reported. The real side stays whole.
 *
 * @throws UsageError for sizes out of order, fewer than two points, or as `frechetDistance`. One Fréchet distance a point.
 * @see Chong, Forsyth 2020, arXiv:1911.07023, Sec. 4.1 (with random instead of Sobol points, since the images are given).
 */
export function frechetDistanceInfinity(
  real: Features,
  generated: Features,
  options: FrechetDistanceInfinityOptions,
): FrechetDistanceInfinity {
  const scope = "frechetDistanceInfinity";
  checkOptions(scope, options, ["rng", "points", "smallest"]);
  checkPair(scope, real, generated);
  const { count } = generated;
  const { rng, points = 15, smallest = count >= 10_000 ? 5000 : Math.ceil(count / 2) } = options;
  expect(Number.isInteger(points) && points >= 2, scope, `points must be an integer ≥ 2; got ${points}.`);
  const isOrdered = Number.isInteger(smallest) && smallest >= 2 && smallest < count;
  expect(
    isOrdered,
    scope,
    `smallest must be an integer from 2 to ${count - 1}, below the number of generated features; got ${smallest}.`,
  );
  const sizes = Array.from({ length: points }, (_, i) => Math.round(smallest + ((count - smallest) * i) / (points - 1)));
  // Statistics of the real side are shared by all points where it has full rank; else each takes the exact form from features.
  const shared = real.count > real.dimension ? featureStatistics(real) : undefined;
  const distances = sizes.map((size, i) => {
    const order = rng.fork("fid-infinity", i).shuffle(Array.from({ length: count }, (_, row) => row));
    const subset = selectFeatures(generated, order.slice(0, size));
    return shared && size > real.dimension
      ? frechetDistance(shared, featureStatistics(subset))
      : frechetDistanceFromFeatures(real, subset);
  });
  const { slope, value } = fitLine(
    sizes.map((size) => 1 / size),
    distances,
  );
  return { value, slope, sizes, distances };
}

/** Least squares y = value + slope·x. */
function fitLine(x: readonly number[], y: readonly number[]): { slope: number; value: number } {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const covariance = x.reduce((sum, value, i) => sum + (value - mx) * (y[i] - my), 0);
  const slope = covariance / x.reduce((sum, value) => sum + (value - mx) ** 2, 0);
  return { slope, value: my - slope * mx };
}
