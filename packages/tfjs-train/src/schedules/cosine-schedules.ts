import { checkOptions, expect } from "repro-kit";
import { expectRate, expectSteps, type Schedule } from "./schedule.ts";

/** Half a cosine from `high` at fraction 0 to `low` at fraction 1. */
const halfCosine = (high: number, low: number, fraction: number): number =>
  low + ((high - low) * (1 + Math.cos(Math.PI * fraction))) / 2;

/**
 * Half a cosine from `rate` to `final` over `steps` steps, then `final`.
 *
 * @param options - `after: "rise"`: after `steps` the rate climbs the other half again, as torch's scheduler does.
 * @see Loshchilov & Hutter 2017 (SGDR), eq. 5; torch.optim.lr_scheduler.CosineAnnealingLR.
 */
export function cosine(
  rate: number,
  options: { readonly steps: number; readonly final?: number; readonly after?: "hold" | "rise" },
): Schedule {
  checkOptions("cosine", options, ["steps", "final", "after"]);
  const { steps, final = 0, after = "hold" } = options;
  expectRate("cosine", "rate", rate);
  expectRate("cosine", "final", final);
  expectSteps("cosine", "steps", steps);
  expect(after === "hold" || after === "rise", "cosine", `after must be "hold" or "rise"; got "${after}".`);
  return (step) => halfCosine(rate, final, after === "hold" ? Math.min(1, step / steps) : step / steps);
}

/**
 * Cosines that start again: the first lasts `first` steps, each later one `factor` times as long.
 *
 * @see Loshchilov & Hutter 2017 (SGDR); torch.optim.lr_scheduler.CosineAnnealingWarmRestarts.
 */
export function cosineRestarts(
  rate: number,
  options: { readonly first: number; readonly factor?: number; readonly final?: number },
): Schedule {
  checkOptions("cosineRestarts", options, ["first", "factor", "final"]);
  const { first, factor = 1, final = 0 } = options;
  expectRate("cosineRestarts", "rate", rate);
  expectRate("cosineRestarts", "final", final);
  expectSteps("cosineRestarts", "first", first);
  expectSteps("cosineRestarts", "factor", factor);
  return (step) => {
    // Cycles end at first·(factorⁿ − 1)/(factor − 1).
    const cycle = factor === 1 ? Math.floor(step / first) : Math.floor(logarithm((step / first) * (factor - 1) + 1, factor));
    const start = factor === 1 ? cycle * first : (first * (factor ** cycle - 1)) / (factor - 1);
    return halfCosine(rate, final, (step - start) / (first * factor ** cycle));
  };
}

/** log of x in a base, with the last bit of rounding taken off, so that the start of a cycle is not the end of the last. */
const logarithm = (x: number, base: number): number => Math.log(x) / Math.log(base) + 1e-12;

/**
 * Up from max/startDivisor to `max` and down to max/startDivisor/finalDivisor, both half cosines, over `steps` steps.
 *
 * @see Smith & Topin 2018; torch.optim.lr_scheduler.OneCycleLR (two phases, cosine).
 */
export function oneCycle(
  max: number,
  options: {
    readonly steps: number;
    readonly riseFraction?: number;
    readonly startDivisor?: number;
    readonly finalDivisor?: number;
  },
): Schedule {
  checkOptions("oneCycle", options, ["steps", "riseFraction", "startDivisor", "finalDivisor"]);
  const { steps, riseFraction = 0.3, startDivisor = 25, finalDivisor = 1e4 } = options;
  expectRate("oneCycle", "max", max);
  expectSteps("oneCycle", "steps", steps);
  expect(riseFraction > 0 && riseFraction < 1, "oneCycle", `riseFraction must be between 0 and 1; got ${riseFraction}.`);
  expect(startDivisor > 0 && finalDivisor > 0, "oneCycle", `divisors must be above 0; got ${startDivisor} and ${finalDivisor}.`);
  const start = max / startDivisor;
  const [peak, end] = [riseFraction * steps - 1, steps - 1];
  return (step) =>
    step < peak
      ? halfCosine(start, max, step / peak)
      : halfCosine(max, start / finalDivisor, Math.min(1, (step - peak) / (end - peak)));
}
