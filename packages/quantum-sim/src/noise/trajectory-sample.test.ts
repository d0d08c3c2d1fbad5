import { expect, test } from "vitest";
import { angleValue } from "../angle.ts";
import { everyChannel, everyChannelInputs, everyChannelWeights } from "./__fixtures__/every-channel.ts";
import { isChannel } from "./noisy-circuit.ts";
import { planTrajectories } from "./trajectory-plan.ts";
import { anglesOf, gateSlopes, prepareSample, usualSlopes } from "./trajectory-sample.ts";

const { steps } = everyChannel;
const plan = planTrajectories(3, steps);
const sourcesOf = (weights: readonly number[]) => ({ weights, weightOffset: 0, inputs: everyChannelInputs, inputOffset: 0 });
const at = sourcesOf(everyChannelWeights);

test("slopes of the usual matrices agree with central differences in every weight", () => {
  const slopes = usualSlopes(plan, prepareSample(plan, steps, at), gateSlopes(steps, at));
  let numSlopes = 0;
  everyChannelWeights.forEach((_, k) => {
    const moved = (h: number) =>
      prepareSample(plan, steps, sourcesOf(everyChannelWeights.map((w, i) => (i === k ? w + h : w)))).usual;
    const [plus, minus] = [moved(1e-5), moved(-1e-5)];
    plan.steps.forEach((_, index) => {
      plus[index]?.re.forEach((_, e) => {
        for (const part of ["re", "im"] as const) {
          const difference = ((plus[index]?.[part][e] ?? 0) - (minus[index]?.[part][e] ?? 0)) / 2e-5;
          const sum = slopes[index].reduce((total, { step, angle, matrix }) => {
            const operation = steps[step];
            const reference = isChannel(operation) ? 0 : operation.angles[angle];
            const isWeight = typeof reference !== "number" && "weight" in reference && reference.weight === k;
            if (isWeight && e === 0 && part === "re") numSlopes++;
            return total + (isWeight ? (reference.scale ?? 1) * matrix[part][e] : 0);
          }, 0);
          expect(sum).toBeCloseTo(difference, 8);
        }
      });
    });
  });
  expect(numSlopes).toBe(8);
});

test("angles are those of the sample; diagonal matrices are told", () => {
  const last = steps[steps.length - 1];
  expect(anglesOf(last, at)).toEqual([angleValue({ weight: 1, shift: 0.3 }, everyChannelWeights, 0, [], 0)]);
  const { isDiagonal, usual } = prepareSample(plan, steps, at);
  expect(isDiagonal.some(Boolean)).toBe(true);
  isDiagonal.forEach((is, index) => {
    if (is) expect([1, 2].map((e) => Math.hypot(usual[index]?.re[e] ?? 1, usual[index]?.im[e] ?? 1))).toEqual([0, 0]);
  });
});
