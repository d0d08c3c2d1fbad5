import { expect, it } from "vitest";
import { createRateMeter } from "./rate.ts";

it("measures the recent speed", () => {
  const meter = createRateMeter({ windowSeconds: 10 });
  expect(meter.perSecond()).toBeNaN();
  meter.add(0, 0);
  expect(meter.perSecond()).toBeNaN();
  for (let second = 1; second <= 20; second++) meter.add(second, second);
  expect(meter.perSecond()).toBeCloseTo(1, 12);
  for (let second = 21; second <= 40; second++) meter.add(20 + 5 * (second - 20), second);
  expect(meter.perSecond()).toBeCloseTo(5, 12);
});
