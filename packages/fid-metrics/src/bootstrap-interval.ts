import { checkOptions, expect, type Rng } from "repro-kit";
import { checkPair, type Features, selectFeatures } from "./features.ts";

export interface BootstrapOptions {
  readonly rng: Rng;
  /** Resamplings. Default 200. */
  readonly rounds?: number;
  /** Default 0.95. */
  readonly level?: number;
}

export interface BootstrapInterval {
  readonly low: number;
  readonly high: number;
  readonly standardError: number;
}

/**
 * Bootstrap interval of a metric at these sample sizes: both sides are drawn anew with replacement, and the quantiles of what comes out are
 * moved so that its mean is `value`. Without the move an interval of FID or KID would lie too high: repeated rows add the bias of
 * small samples a second time. It says how much other images of the same two kinds would move the number, and nothing of its bias.
 *
 * @param metric - From two sets to a number, e.g. `frechetDistanceFromFeatures`.
 * @param value - The metric of the sets themselves.
 * @throws UsageError for fewer than 20 rounds or a level outside (0, 1). `rounds` times the metric.
 * @see Davison, Hinkley 1997, Bootstrap Methods, Sec. 5.2.1 (basic and centred intervals).
 */
export async function bootstrapInterval(
  {
    metric,
    value,
    real,
    generated,
  }: {
    readonly metric: (real: Features, generated: Features) => number | Promise<number>;
    readonly value: number;
    readonly real: Features;
    readonly generated: Features;
  },
  options: BootstrapOptions,
): Promise<BootstrapInterval> {
  const scope = "bootstrapInterval";
  checkOptions(scope, options, ["rng", "rounds", "level"]);
  const { rng, rounds = 200, level = 0.95 } = options;
  checkPair(scope, real, generated);
  expect(Number.isInteger(rounds) && rounds >= 20, scope, `rounds must be an integer ≥ 20; got ${rounds}.`);
  expect(level > 0 && level < 1, scope, `level must lie between 0 and 1; got ${level}.`);
  const values = new Float64Array(rounds);
  for (let round = 0; round < rounds; round++) {
    const draw = (side: string, set: Features): Features => {
      const stream = rng.fork(`bootstrap-${side}`, round);
      return selectFeatures(
        set,
        Int32Array.from({ length: set.count }, () => stream.integer(set.count)),
      );
    };
    values[round] = await metric(draw("real", real), draw("generated", generated));
  }
  const mean = values.reduce((sum, one) => sum + one, 0) / rounds;
  const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const sorted = values.sort();
  const quantile = (share: number): number => {
    const place = share * (rounds - 1);
    const below = Math.floor(place);
    return sorted[below] + (place - below) * (sorted[Math.min(below + 1, rounds - 1)] - sorted[below]);
  };
  return {
    low: value + quantile((1 - level) / 2) - mean,
    high: value + quantile((1 + level) / 2) - mean,
    standardError: Math.sqrt(squares / (rounds - 1)),
  };
}
