import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { CNOT, RX } from "../gates/index.ts";
import { depolarizing } from "./channels.ts";
import { createLaneDraws } from "./lane-draws.ts";
import { planTrajectories } from "./trajectory-plan.ts";

const operations = [0, 1, 2, 3].flatMap(() => [RX.on([0], 0.1), CNOT.on([0, 1]), depolarizing(0.3, 2).on([0, 1])]);
const plan = planTrajectories(2, operations);

test("steps are unusual in the lanes whose choices are, and forget it at the next draw", () => {
  const draws = createLaneDraws(plan, 4);
  const { uniform } = createRng(1);
  let numUnusual = 0;
  for (let i = 0; i < 50; i++) {
    draws.draw([uniform, uniform, uniform, () => 1 - 1e-12]);
    plan.choices.forEach((_, choice) => {
      const branches = [0, 1, 2, 3].map((lane) => draws.branch(lane, choice));
      expect(branches[3]).toBe(0);
      expect(draws.isAny(choice)).toBe(branches.some((branch) => branch !== 0));
      if (branches[0] !== 0) numUnusual++;
    });
    plan.steps.forEach((_, step) => {
      const choices = plan.stepsOfChoice.flatMap((steps, choice) => (steps.includes(step) ? [choice] : []));
      const lanes = [0, 1, 2, 3].map((lane) => choices.some((choice) => draws.branch(lane, choice) !== 0));
      expect([0, 1, 2, 3].map((lane) => draws.isUnusual(lane, step))).toEqual(lanes);
      expect(draws.isAnyUnusual(step)).toBe(lanes.includes(true));
    });
  }
  // 200 draws with probability 0.3: five standard errors.
  expect(Math.abs(numUnusual - 60)).toBeLessThan(33);
});
