import { expect } from "repro-kit";

/**
 * A learning rate as a function of the number of steps taken so far (0 before the first). Nothing is remembered, so a resumed
 * run goes on as if it had never stopped. Every optimiser takes one in place of a number.
 */
export type Schedule = (step: number) => number;

/** The rate before the step that follows `step` earlier ones. @throws UsageError unless it is finite and at least 0. */
export function rateAt(scope: string, learningRate: number | Schedule, step: number): number {
  const rate = typeof learningRate === "number" ? learningRate : learningRate(step);
  expect(
    Number.isFinite(rate) && rate >= 0,
    scope,
    () =>
      `learningRate must be at least 0; got ${rate}${typeof learningRate === "number" ? "" : ` from the schedule at step ${step}`}.`,
  );
  return rate;
}

/** Checks a count of steps. */
export function expectSteps(scope: string, name: string, steps: number): void {
  expect(Number.isInteger(steps) && steps >= 1, scope, `${name} must be an integer of at least 1; got ${steps}.`);
}

/** Checks a rate. */
export function expectRate(scope: string, name: string, rate: number): void {
  expect(Number.isFinite(rate) && rate >= 0, scope, `${name} must be at least 0; got ${rate}.`);
}
