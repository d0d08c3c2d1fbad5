import { adjoint, type ComplexMatrix } from "../complex-matrix.ts";
import { BRA, keptSlot, OWN_MATRIX, type TrajectoryMemory } from "./trajectory-memory.ts";
import { isMove, type TrajectoryPlan } from "./trajectory-plan.ts";
import { type GateSlopes, type MatrixSlope, runSlopes, type TrajectorySample, usualSlopes } from "./trajectory-sample.ts";
import { type TrajectoryWalk, usualPlace } from "./trajectory-walk.ts";

type AddSlope = (step: number, angle: number, slope: number) => void;

/** One group of trajectories, back through a plan. */
export interface TrajectoryAdjoint {
  setSample(sample: TrajectorySample, slopes: readonly GateSlopes[]): void;
  /** λ from the end to the start of the walk's last run, whose states were kept. */
  run(walk: TrajectoryWalk, add: AddSlope): void;
  /** Slopes of what the lanes did as usual in all runs since `setSample`. */
  finish(add: AddSlope): void;
}

/**
 * The slopes Σ 2·Re⟨λ|∂M|ψ⟩ of every matrix M of a plan. What lanes share is summed over lanes and groups before it is multiplied by
 * the derivatives, which are made once a sample.
 */
export function createTrajectoryAdjoint(plan: TrajectoryPlan, memory: TrajectoryMemory): TrajectoryAdjoint {
  const { lanes, overlaps } = memory;
  const numSteps = plan.steps.length;
  const numKept = plan.steps.filter((step) => !isMove(step)).length;
  /** Σ conj(λ_a) ψ_b over lanes that did the usual, by plan step. */
  let sums: Float64Array[] = [];
  let ofUsual: MatrixSlope[][] = [];
  let ofGates: readonly GateSlopes[] = [];
  let isDiagonal: readonly boolean[] = [];
  let usualAdjoints: (ComplexMatrix | undefined)[] = [];

  const addOverlaps = (sum: Float64Array, lane: number): void => {
    for (let e = 0; e < sum.length; e++) sum[e] += overlaps[e * lanes + lane];
  };
  return {
    setSample(sample, slopes) {
      ofGates = slopes;
      isDiagonal = sample.isDiagonal;
      ofUsual = usualSlopes(plan, sample, slopes);
      sums = sample.usual.map((U) => new Float64Array(2 * (U?.dim ?? 0) ** 2));
      usualAdjoints = sample.usual.map((U) => U && adjoint(U));
      usualAdjoints.forEach((U, index) => {
        if (U) memory.setMatrix(usualPlace(numSteps + index), U);
      });
    },
    run(walk, add) {
      let kept = numKept;
      for (let index = numSteps - 1; index >= 0; index--) {
        const step = plan.steps[index];
        const { wires } = step;
        if (isMove(step)) {
          memory.move(step.kind, BRA, wires);
          continue;
        }
        kept--;
        let isAnyUnusual = false;
        if (ofUsual[index].length > 0) memory.overlap(BRA, keptSlot(kept), wires);
        for (let lane = 0; lane < lanes; lane++) {
          const one = walk.unusual(lane, index);
          if (one) isAnyUnusual = true;
          if (ofUsual[index].length === 0) continue;
          if (!one) addOverlaps(sums[index], lane);
          else if (step.kind === "run") {
            const own = new Float64Array(8);
            addOverlaps(own, lane);
            for (const { step: gate, angle, matrix } of runSlopes(step.items, one.factors, ofGates))
              add(gate, angle, slopeOf(matrix, own));
          }
        }
        if (isAnyUnusual)
          for (let lane = 0; lane < lanes; lane++) {
            const one = walk.unusual(lane, index);
            memory.setLaneMatrix(lane, one ? adjoint(one.matrix) : (usualAdjoints[index] as ComplexMatrix)); // the step has a matrix
          }
        if (isAnyUnusual) memory.apply(BRA, wires, OWN_MATRIX);
        else memory.apply(BRA, wires, usualPlace(numSteps + index), isDiagonal[index]);
      }
    },
    finish(add) {
      ofUsual.forEach((slopes, index) => {
        for (const { step, angle, matrix } of slopes) add(step, angle, slopeOf(matrix, sums[index]));
      });
    },
  };
}

/** 2·Re Σ_ab ∂M_ab Σ conj(λ_a) ψ_b. */
function slopeOf({ re, im }: ComplexMatrix, overlap: Float64Array): number {
  let sum = 0;
  for (let e = 0; e < re.length; e++) sum += re[e] * overlap[2 * e] - im[e] * overlap[2 * e + 1];
  return 2 * sum;
}
