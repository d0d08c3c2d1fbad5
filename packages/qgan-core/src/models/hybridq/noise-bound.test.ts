import { expect, test } from "vitest";
import { adaptiveBound, adaptiveNoise, fixedNoise } from "./noise-bound.ts";

test("lies at π/8 while the ratio is at or below its first value, and rises to 3π/4", () => {
  expect(adaptiveBound(1, 1)).toBe(Math.PI / 8);
  expect(adaptiveBound(0.2, 1)).toBe(Math.PI / 8);
  expect(adaptiveBound(1.5, 1)).toBeCloseTo(Math.PI / 8 + ((5 * Math.PI) / 8) * Math.tanh(0.5), 14);
  expect(adaptiveBound(1e9, 1)).toBeCloseTo((3 * Math.PI) / 4, 14);
});

test("the schedule keeps the first ratio, in JSON too", () => {
  let state = adaptiveNoise.next(adaptiveNoise.start, { lossD: 1.4, lossG: 0.7 });
  expect(state).toEqual({ bound: Math.PI / 8, firstRatio: 2 });
  state = adaptiveNoise.next(JSON.parse(JSON.stringify(state)), { lossD: 1.4, lossG: 0.4 });
  expect(adaptiveNoise.facts(state)).toEqual({ noiseBound: adaptiveBound(1.4 / 0.4, 2) });
  expect(adaptiveNoise.buffers(state)).toEqual({ "noise.bound": adaptiveBound(1.4 / 0.4, 2) });
});

test("a generator's loss of zero gives the widest bound, and a step without both losses changes nothing", () => {
  const state = adaptiveNoise.next({ bound: 1, firstRatio: 2 }, { lossD: 1, lossG: 0 });
  expect(state.bound).toBeCloseTo((3 * Math.PI) / 4, 14);
  expect(adaptiveNoise.next(state, { lossD: 1 })).toBe(state);
});

test("a fixed bound stays", () => {
  const schedule = fixedNoise(2);
  expect(schedule.next(schedule.start, { lossD: 9, lossG: 1 })).toBe(schedule.start);
  expect(schedule.buffers(schedule.start)).toEqual({ "noise.bound": 2 });
});
