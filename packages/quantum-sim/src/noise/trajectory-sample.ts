import { angleValue } from "../angle.ts";
import type { ComplexMatrix } from "../complex-matrix.ts";
import { isChannel, type NoisyOperation } from "./noisy-circuit.ts";
import type { PlanStep, RunItem, TrajectoryPlan } from "./trajectory-plan.ts";
import { fromTwoByTwo, identityTwoByTwo, multiplyInto, productOf, type TwoByTwo, toTwoByTwo } from "./two-by-two.ts";

/** Where the angles of one sample stand. */
export interface AngleSources {
  readonly weights: ArrayLike<number>;
  readonly weightOffset: number;
  readonly inputs: ArrayLike<number>;
  readonly inputOffset: number;
}

/** The angles of a step as numbers. */
export const anglesOf = (step: NoisyOperation, at: AngleSources): number[] =>
  isChannel(step) ? [] : step.angles.map((angle) => angleValue(angle, at.weights, at.weightOffset, at.inputs, at.inputOffset));

/** What the angles of one sample make of a plan. */
export interface TrajectorySample {
  /** The gates' matrices, by their place in the steps. */
  readonly gates: readonly ComplexMatrix[];
  /** Those on one wire. */
  readonly singles: readonly TwoByTwo[];
  /** The matrix of each plan step where every choice takes its branch 0; undefined for CNOT and CZ. */
  readonly usual: readonly (ComplexMatrix | undefined)[];
  /** Whether that is a diagonal matrix on one wire. */
  readonly isDiagonal: readonly boolean[];
}

/** The matrices of a sample. */
export function prepareSample(plan: TrajectoryPlan, steps: readonly NoisyOperation[], at: AngleSources): TrajectorySample {
  const gates = steps.map((step) => (isChannel(step) ? NONE : step.gate.matrix(anglesOf(step, at))));
  const singles = gates.map((U) => (U.dim === 2 ? toTwoByTwo(U) : identityTwoByTwo()));
  const usual = plan.steps.map((step) => usualMatrix(step, gates, singles));
  const isDiagonal = usual.map((U) => U?.dim === 2 && [1, 2].every((e) => U.re[e] === 0 && U.im[e] === 0));
  return { gates, singles, usual, isDiagonal };
}

/** Stands where there is no matrix. */
const NONE: ComplexMatrix = { dim: 0, re: new Float64Array(0), im: new Float64Array(0) };

/** The factors of a run where every choice takes its branch 0. */
const usualFactors = (items: readonly RunItem[], singles: readonly TwoByTwo[]): TwoByTwo[] =>
  items.map((item) =>
    item.kind === "gate" ? singles[item.step] : item.kind === "choice" ? item.branches[0] : item.operators[0],
  );

function usualMatrix(step: PlanStep, gates: readonly ComplexMatrix[], singles: readonly TwoByTwo[]): ComplexMatrix | undefined {
  if (step.kind === "gate") return gates[step.step];
  if (step.kind === "choice") return step.branches[0];
  if (step.kind === "kraus") return step.operators[0];
  if (step.kind !== "run") return undefined;
  const product = identityTwoByTwo();
  for (const factor of usualFactors(step.items, singles)) multiplyInto(product, factor, product);
  return fromTwoByTwo(product);
}

/** The derivatives of each angle of a gate, undefined for a fixed one. */
export type GateSlopes = readonly (ComplexMatrix | undefined)[];

/** Derivatives of the gates by their free angles; empty where there are none. */
export function gateSlopes(steps: readonly NoisyOperation[], at: AngleSources): GateSlopes[] {
  return steps.map((step) => {
    if (isChannel(step) || step.angles.every((angle) => typeof angle === "number")) return [];
    const angles = anglesOf(step, at);
    return step.angles.map((angle, k) => (typeof angle === "number" ? undefined : step.gate.derivative(angles, k)));
  });
}

/** The derivative of the matrix of a plan step by an angle of a gate in it. */
export interface MatrixSlope {
  /** The gate's place in the steps. */
  readonly step: number;
  readonly angle: number;
  readonly matrix: ComplexMatrix;
}

/** Derivatives of each plan step's usual matrix. */
export function usualSlopes(plan: TrajectoryPlan, { singles }: TrajectorySample, slopes: readonly GateSlopes[]): MatrixSlope[][] {
  return plan.steps.map((step) => {
    if (step.kind === "gate")
      return slopes[step.step].flatMap((matrix, angle) => (matrix ? [{ step: step.step, angle, matrix }] : []));
    return step.kind === "run" ? runSlopes(step.items, usualFactors(step.items, singles), slopes) : [];
  });
}

/** Derivatives of the product of a run's factors, the first of which acts first. */
export function runSlopes(items: readonly RunItem[], factors: readonly TwoByTwo[], slopes: readonly GateSlopes[]): MatrixSlope[] {
  const before = [identityTwoByTwo()];
  for (const factor of factors) before.push(productOf(factor, before[before.length - 1]));
  const after = identityTwoByTwo();
  const found: MatrixSlope[] = [];
  for (let i = items.length - 1; i >= 0; i--) {
    const item = items[i];
    if (item.kind === "gate")
      slopes[item.step].forEach((D, angle) => {
        if (D)
          found.push({ step: item.step, angle, matrix: fromTwoByTwo(productOf(after, productOf(toTwoByTwo(D), before[i]))) });
      });
    multiplyInto(after, after, factors[i]);
  }
  return found;
}
