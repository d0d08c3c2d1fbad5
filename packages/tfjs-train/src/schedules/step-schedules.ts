import { checkOptions, expect } from "repro-kit";
import { expectRate, expectSteps, type Schedule } from "./schedule.ts";

/** The same rate at every step. */
export function constant(rate: number): Schedule {
  expectRate("constant", "rate", rate);
  return () => rate;
}

/**
 * rate·factor^⌊step/every⌋.
 *
 * @see torch.optim.lr_scheduler.StepLR.
 */
export function stepDecay(rate: number, options: { readonly every: number; readonly factor?: number }): Schedule {
  checkOptions("stepDecay", options, ["every", "factor"]);
  const { every, factor = 0.1 } = options;
  expectRate("stepDecay", "rate", rate);
  expectRate("stepDecay", "factor", factor);
  expectSteps("stepDecay", "every", every);
  return (step) => rate * factor ** Math.floor(step / every);
}

/**
 * rate·factor^(milestones passed). A milestone given twice counts twice.
 *
 * @see torch.optim.lr_scheduler.MultiStepLR.
 */
export function multiStepDecay(
  rate: number,
  options: { readonly milestones: readonly number[]; readonly factor?: number },
): Schedule {
  checkOptions("multiStepDecay", options, ["milestones", "factor"]);
  const { milestones, factor = 0.1 } = options;
  expectRate("multiStepDecay", "rate", rate);
  expectRate("multiStepDecay", "factor", factor);
  expect(
    milestones.every((milestone) => Number.isInteger(milestone) && milestone >= 0),
    "multiStepDecay",
    `milestones must be whole steps; got ${milestones.join(", ")}.`,
  );
  return (step) => rate * factor ** milestones.filter((milestone) => milestone <= step).length;
}

/**
 * rate·factor^step.
 *
 * @see torch.optim.lr_scheduler.ExponentialLR.
 */
export function exponential(rate: number, options: { readonly factor: number }): Schedule {
  checkOptions("exponential", options, ["factor"]);
  expectRate("exponential", "rate", rate);
  expectRate("exponential", "factor", options.factor);
  return (step) => rate * options.factor ** step;
}

/**
 * From rate·from to rate·to in a straight line of `steps` steps, then rate·to. With from = 1, to = 0 it is the decay of many
 * GANs; with from = 0, to = 1 a warm-up.
 *
 * @see torch.optim.lr_scheduler.LinearLR.
 */
export function linear(
  rate: number,
  options: { readonly from?: number; readonly to?: number; readonly steps: number },
): Schedule {
  checkOptions("linear", options, ["from", "to", "steps"]);
  const { from = 1 / 3, to = 1, steps } = options;
  expectRate("linear", "rate", rate);
  expectRate("linear", "from", from);
  expectRate("linear", "to", to);
  expectSteps("linear", "steps", steps);
  return (step) => rate * (from + (to - from) * Math.min(1, step / steps));
}

/**
 * A schedule that is reached in a straight line from `from` times its value: the rate is schedule(step) scaled up over the first
 * `steps` steps, as BigGAN's and the ViTs' warm-up.
 *
 * @param schedule - Or a number, for a constant rate.
 */
export function warmUp(schedule: number | Schedule, options: { readonly steps: number; readonly from?: number }): Schedule {
  checkOptions("warmUp", options, ["steps", "from"]);
  const { steps, from = 0 } = options;
  expectSteps("warmUp", "steps", steps);
  expectRate("warmUp", "from", from);
  const follow = typeof schedule === "number" ? constant(schedule) : schedule;
  return (step) => follow(step) * (from + (1 - from) * Math.min(1, step / steps));
}
