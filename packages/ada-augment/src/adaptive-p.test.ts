import { expect, test } from "vitest";
import { createAdaptiveP } from "./adaptive-p.ts";

const overfitting = new Float32Array(8).fill(3);
const underfitting = new Float32Array(8).fill(-3);

test("p climbs by images / (1000·rampKimg) an interval, and falls again, never below 0", () => {
  const controller = createAdaptiveP({ intervalBatches: 2, rampKimg: 1 });
  expect([controller.update(overfitting), controller.update(overfitting)]).toEqual([0, Math.fround(0.016)]);
  expect(controller.meanSign).toBe(1);
  for (let i = 0; i < 4; i++) controller.update(underfitting);
  expect(controller.p).toBe(0);
});

test("logits of a second look at the batch count for the mean, not for the images", () => {
  const controller = createAdaptiveP({ intervalBatches: 2, rampKimg: 1, target: 0 });
  controller.update(overfitting, 8);
  expect(controller.update([...underfitting, ...underfitting], 8)).toBe(0);
  expect(controller.meanSign).toBeCloseTo(-1 / 3, 12);
  controller.update([...overfitting, ...overfitting], 8);
  expect(controller.update(overfitting, 8)).toBe(Math.fround(0.016));
  expect(() => controller.update([1], 0)).toThrow("batchSize must be above 0; got 0.");
});

test("the full ramp takes rampKimg thousand images; max holds p, unless it is Infinity", () => {
  const clamped = createAdaptiveP({ intervalBatches: 1, rampKimg: 1 });
  const free = createAdaptiveP({ intervalBatches: 1, rampKimg: 1, max: Number.POSITIVE_INFINITY });
  for (let i = 0; i < 125; i++) for (const controller of [clamped, free]) controller.update(overfitting);
  expect(clamped.p).toBeCloseTo(1, 5);
  for (let i = 0; i < 125; i++) for (const controller of [clamped, free]) controller.update(overfitting);
  expect(clamped.p).toBe(1);
  expect(free.p).toBeCloseTo(2, 5);
});

test("a mean exactly on the target leaves p alone", () => {
  const controller = createAdaptiveP({ intervalBatches: 1, initial: 0.25 });
  expect(controller.update([1, 1, 1, 1, 1, 1, 1, 1, -1, -1])).toBe(0.25);
});

test("saved in the middle of an interval as JSON, it goes on as if nothing had happened", () => {
  const options = { intervalBatches: 3, rampKimg: 0.1, initial: 0.5 };
  const whole = createAdaptiveP(options);
  const first = createAdaptiveP(options);
  const batches = Array.from({ length: 20 }, (_, i) => [Math.sin(i), 1, Math.cos(3 * i)]);
  for (const batch of batches.slice(0, 7)) for (const controller of [whole, first]) controller.update(batch);
  const second = createAdaptiveP(options);
  second.restore(JSON.parse(JSON.stringify(first.state())));
  for (const batch of batches.slice(7)) expect(second.update(batch)).toBe(whole.update(batch));
  expect(second.state()).toEqual(whole.state());
});

test("mistakes are named", () => {
  expect(() => createAdaptiveP({ targett: 1 } as object)).toThrow('did you mean "target"?');
  expect(() => createAdaptiveP({ target: 2 })).toThrow("target must lie in [-1, 1]; got 2.");
  expect(() => createAdaptiveP({ intervalBatches: 0.5 })).toThrow("intervalBatches must be an integer ≥ 1; got 0.5.");
  expect(() => createAdaptiveP({ rampKimg: 0 })).toThrow("rampKimg");
  expect(() => createAdaptiveP({ initial: 1.5 })).toThrow("initial must lie in [0, 1]; got 1.5.");
  const controller = createAdaptiveP();
  expect(() => controller.update([])).toThrow("at least one logit");
  expect(() => controller.update([1, Number.NaN])).toThrow("logit 1 of the real images is NaN");
  expect(() => controller.restore({ p: 3, signSum: 0, signCount: 0, batches: 0 })).toThrow("not a state of this controller");
});
