import { expect, it } from "vitest";
import { scheduleOf } from "./study-settings.ts";

it("the rate rises over the first epochs and falls to 0 at the end of the last, however many steps an epoch takes", () => {
  for (const stepsPerEpoch of [4, 15]) {
    const rate = scheduleOf({ learningRate: 0.01, warmUpEpochs: 2 }, { stepsPerEpoch, epochs: 10 });
    const rates = Array.from({ length: 10 * stepsPerEpoch + 1 }, (_, step) => rate(step));
    expect(rates[0]).toBeLessThan(0.01 / stepsPerEpoch);
    expect(rates.indexOf(Math.max(...rates)) / stepsPerEpoch).toBeCloseTo(2, 0);
    expect(rates[10 * stepsPerEpoch - 1]).toBeGreaterThan(0);
    expect(rates.at(-1)).toBeCloseTo(0, 12);
  }
});
