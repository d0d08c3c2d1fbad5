import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { adam } from "../optimizers/adam.ts";
import { sgd } from "../optimizers/sgd.ts";
import { ready } from "../ready.ts";
import { cosine, cosineRestarts, oneCycle } from "./cosine-schedules.ts";
import { reduceOnPlateau } from "./plateau.ts";
import { constant, exponential, linear, multiStepDecay, stepDecay, warmUp } from "./step-schedules.ts";

const take = (schedule: (step: number) => number, steps: number[]): number[] => steps.map(schedule);

test("steps", () => {
  expect(take(constant(0.1), [0, 1000])).toEqual([0.1, 0.1]);
  expect(take(stepDecay(1, { every: 10, factor: 0.5 }), [0, 9, 10, 29])).toEqual([1, 1, 0.5, 0.25]);
  expect(take(multiStepDecay(1, { milestones: [2, 5], factor: 0.5 }), [1, 2, 4, 5])).toEqual([1, 0.5, 0.5, 0.25]);
  expect(take(exponential(1, { factor: 0.5 }), [0, 3])).toEqual([1, 0.125]);
  expect(take(linear(2, { from: 0.5, to: 1, steps: 4 }), [0, 2, 4, 9])).toEqual([1, 1.5, 2, 2]);
  expect(take(warmUp(linear(1, { from: 1, to: 0, steps: 10 }), { steps: 5 }), [0, 5, 10])).toEqual([0, 0.5, 0]);
  expect(take(warmUp(3, { steps: 3 }), [0, 1, 3, 4])).toEqual([0, 1, 3, 3]);
});

test("cosines meet their ends; restarts start again; the rise is torch's", () => {
  const once = cosine(1, { steps: 10, final: 0.1 });
  expect(once(0)).toBe(1);
  expect(once(5)).toBeCloseTo(0.55, 12);
  expect(once(10)).toBeCloseTo(0.1, 12);
  expect(once(15)).toBeCloseTo(0.1, 12);
  expect(cosine(1, { steps: 10, after: "rise" })(20)).toBeCloseTo(1, 12);
  for (const factor of [1, 2, 3, 7]) {
    const restarts = cosineRestarts(1, { first: 5, factor });
    let start = 0;
    for (let cycle = 0, length = 5; cycle < 8; cycle++, length *= factor) {
      expect(restarts(start), `factor ${factor}, cycle ${cycle}`).toBeCloseTo(1, 9);
      expect(restarts(start + length - 1)).toBeLessThan(0.1);
      start += length;
    }
  }
  const cycle = oneCycle(1, { steps: 100 });
  expect(cycle(0)).toBeCloseTo(1 / 25, 12);
  expect(cycle(29)).toBeCloseTo(1, 12);
  expect(cycle(99)).toBeCloseTo(1 / 25e4, 12);
  expect(cycle(500)).toBeCloseTo(1 / 25e4, 12);
});

test("a plateau lowers the rate after its patience, also for values where higher is better, and cools down", () => {
  const plateau = reduceOnPlateau({ rate: 1, factor: 0.5, patience: 1, better: "higher", cooldown: 2, minRate: 0.2 });
  let state = plateau.initial;
  const rates = [0.5, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6].map((value) => {
    state = plateau.next(state, value);
    return state.rate;
  });
  expect(rates).toEqual([1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25]);
  expect(() => plateau.next(state, Number.NaN)).toThrow("got NaN");
  expect(() => reduceOnPlateau({ rate: 1, patience: -1 })).toThrow("patience must be at least 0; got -1");
});

test("an optimiser takes a schedule, and a resumed one goes on with it", async () => {
  await ready({ backend: "cpu" });
  const run = (optimizer: ReturnType<typeof sgd>) => {
    let params: Record<string, tf.Tensor> = { w: tf.tensor1d([1]) };
    let state = optimizer.init(params);
    const values: number[] = [];
    for (let i = 0; i < 3; i++) {
      const next = optimizer.step(params, { w: tf.tensor1d([1]) }, state);
      ({ params, state } = next);
      values.push(params.w.dataSync()[0]);
    }
    return values;
  };
  const halving = exponential(0.5, { factor: 0.5 });
  expect(run(sgd({ learningRate: halving }))).toEqual([0.5, 0.25, 0.125]);
  const adamValues = run(adam({ learningRate: halving }));
  expect(adamValues[0]).toBeCloseTo(0.5, 5); // Adam's first steps under one gradient are the rate itself
  expect(adamValues[2]).toBeCloseTo(0.125, 5);
  expect(() => run(sgd({ learningRate: () => Number.NaN }))).toThrow("got NaN from the schedule at step 0");
});

test("mistakes are named", () => {
  expect(() => cosine(1, { steps: 0 })).toThrow("steps must be an integer of at least 1; got 0");
  expect(() => stepDecay(-1, { every: 1 })).toThrow("rate must be at least 0; got -1");
  expect(() => oneCycle(1, { steps: 10, riseFraction: 1 })).toThrow("riseFraction must be between 0 and 1");
  expect(() => linear(1, { step: 3 } as never)).toThrow('did you mean "steps"');
});
