import { expect, test } from "vitest";
import { features, randomFeatures } from "../__fixtures__/random-features.ts";
import { membershipInference } from "./membership-inference.ts";

test("by hand: distances 0 and 2 against 1 and 2", () => {
  const generated = features([0], [100]);
  const { auc } = membershipInference({ training: features([0], [2]), heldOut: features([1], [-2]), generated });
  expect(auc).toBe((1 + 1 + 0 + 0.5) / 4);
});

test("fresh draws give nothing away; a generator that copies gives all away", () => {
  const [training, heldOut] = [randomFeatures(1, 400, 5), randomFeatures(2, 500, 5)];
  const fresh = membershipInference({ training, heldOut, generated: randomFeatures(3, 600, 5) });
  expect(fresh.low).toBeLessThan(0.5);
  expect(fresh.high).toBeGreaterThan(0.5);
  expect(fresh.high - fresh.low).toBeCloseTo(2 * 1.96 * Math.sqrt(901 / (12 * 400 * 500)), 2); // under AUC = ½
  const copied = membershipInference({ training, heldOut, generated: training }, { level: 0.9 });
  expect(copied).toEqual({ auc: 1, low: 1, high: 1 });
});

test("refuses a level that is none, and other dimensions", () => {
  const sets = { training: features([1]), heldOut: features([2]), generated: features([3]) };
  expect(() => membershipInference(sets, { level: 1 })).toThrow("level must lie between 0 and 1");
  expect(() => membershipInference({ ...sets, heldOut: features([1, 2]) })).toThrow("dimensions differ");
});
