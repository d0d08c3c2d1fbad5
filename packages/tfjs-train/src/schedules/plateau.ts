import { checkOptions, expect } from "repro-kit";
import { expectRate } from "./schedule.ts";

export interface PlateauOptions {
  /** The rate at the beginning. */
  readonly rate: number;
  /** The rate is multiplied by this when the value stands still. */
  readonly factor?: number;
  /** Values without improvement that are borne before that. */
  readonly patience?: number;
  /** "lower": smaller values are better (losses, FID). */
  readonly better?: "lower" | "higher";
  /** An improvement is more than this fraction of the best value. */
  readonly threshold?: number;
  readonly minRate?: number;
  /** Values after a reduction during which none is counted as bad. */
  readonly cooldown?: number;
}

/** What a plateau schedule remembers: plain data for a checkpoint. */
export interface PlateauState {
  readonly rate: number;
  /** The best value so far; null before the first. */
  readonly best: number | null;
  readonly badCount: number;
  readonly cooldown: number;
}

const known = ["rate", "factor", "patience", "better", "threshold", "minRate", "cooldown"];

/**
 * The rate falls when a measured value (a validation loss, an FID) stops improving. Pure: `next` gives a new state.
 *
 * @see torch.optim.lr_scheduler.ReduceLROnPlateau (relative threshold).
 */
export function reduceOnPlateau(options: PlateauOptions): {
  readonly initial: PlateauState;
  next(state: PlateauState, value: number): PlateauState;
} {
  const scope = "reduceOnPlateau";
  checkOptions(scope, options, known);
  const { rate, factor = 0.1, patience = 10, better = "lower", threshold = 1e-4, minRate = 0, cooldown = 0 } = options;
  expectRate(scope, "rate", rate);
  expect(factor > 0 && factor < 1, scope, `factor must be between 0 and 1; got ${factor}.`);
  expect(better === "lower" || better === "higher", scope, `better must be "lower" or "higher"; got "${better}".`);
  expectRate(scope, "patience", patience);
  expectRate(scope, "threshold", threshold);
  expectRate(scope, "minRate", minRate);
  expectRate(scope, "cooldown", cooldown);
  const isBetter = (value: number, best: number): boolean =>
    better === "lower" ? value < best * (1 - threshold) : value > best * (1 + threshold);
  return {
    initial: { rate, best: null, badCount: 0, cooldown: 0 },
    next(state, value) {
      expect(!Number.isNaN(value), scope, "the value must be a number; got NaN.");
      const hasImproved = state.best === null || isBetter(value, state.best);
      const isCooling = state.cooldown > 0;
      const badCount = hasImproved || isCooling ? 0 : state.badCount + 1;
      const best = hasImproved ? value : state.best;
      if (badCount <= patience) return { rate: state.rate, best, badCount, cooldown: Math.max(0, state.cooldown - 1) };
      return { rate: Math.max(minRate, state.rate * factor), best, badCount: 0, cooldown };
    },
  };
}
