import { createChoiceDraws } from "./choice-draws.ts";
import type { TrajectoryPlan } from "./trajectory-plan.ts";

/** Which branch every choice of a plan takes in each lane, and where in the plan that is unusual. */
export interface LaneDraws {
  /** Draws anew, with a source of uniforms for each lane. */
  draw(uniforms: readonly (() => number)[]): void;
  /** The branch of a choice in a lane; 0 is the usual one. */
  branch(lane: number, choice: number): number;
  /** Whether a choice takes another branch than 0 in any lane. */
  isAny(choice: number): boolean;
  /** Whether a choice in this plan step takes another branch than 0, in this lane. */
  isUnusual(lane: number, step: number): boolean;
  /** The same, in any lane. */
  isAnyUnusual(step: number): boolean;
}

/** Room for the draws of a plan in so many lanes. */
export function createLaneDraws(plan: TrajectoryPlan, lanes: number): LaneDraws {
  const { choices, stepsOfChoice, steps } = plan;
  const draws = createChoiceDraws(choices);
  const chosen = new Int32Array(lanes * choices.length);
  const isUnusual = new Uint8Array(lanes * steps.length);
  const isAnyUnusual = new Uint8Array(steps.length);
  const isAny = new Uint8Array(choices.length);
  let drawn: { readonly lane: number; readonly choice: number }[] = [];
  return {
    draw(uniforms) {
      for (const { lane, choice } of drawn) {
        chosen[lane * choices.length + choice] = isAny[choice] = 0;
        for (const step of stepsOfChoice[choice]) isUnusual[lane * steps.length + step] = isAnyUnusual[step] = 0;
      }
      drawn = [];
      uniforms.forEach((uniform, lane) => {
        draws.draw(uniform, (choice, branch) => {
          drawn.push({ lane, choice });
          chosen[lane * choices.length + choice] = branch;
          isAny[choice] = 1;
          for (const step of stepsOfChoice[choice]) isUnusual[lane * steps.length + step] = isAnyUnusual[step] = 1;
        });
      });
    },
    branch: (lane, choice) => chosen[lane * choices.length + choice],
    isAny: (choice) => isAny[choice] === 1,
    isUnusual: (lane, step) => isUnusual[lane * steps.length + step] === 1,
    isAnyUnusual: (step) => isAnyUnusual[step] === 1,
  };
}
