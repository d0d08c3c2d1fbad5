import { type ComplexMatrix, scale } from "../complex-matrix.ts";
import { effectOf } from "./channel.ts";
import { createLaneDraws } from "./lane-draws.ts";
import { KET, OWN_MATRIX, type TrajectoryMemory } from "./trajectory-memory.ts";
import { isMove, type MoveStep, type PlanStep, type RunItem, type TrajectoryPlan } from "./trajectory-plan.ts";
import type { TrajectorySample } from "./trajectory-sample.ts";
import { fromTwoByTwo, identityTwoByTwo, multiplyInto, type TwoByTwo, weightAfter } from "./two-by-two.ts";

type Uniforms = readonly (() => number)[];
type ChoosingStep = Exclude<PlanStep, { readonly kind: "gate" } | MoveStep>;

/** What lanes did otherwise than usual in a plan step. */
interface UnusualLane {
  /** What acted. */
  readonly matrix: ComplexMatrix;
  /** The factors of a run. */
  readonly factors: readonly TwoByTwo[];
}

/** Where the matrix of a plan step that all lanes share is kept; the adjoints follow. */
export const usualPlace = (step: number): number => OWN_MATRIX + 1 + step;

/** One group of trajectories, forth through a plan. */
export interface TrajectoryWalk {
  /** Takes the matrices of a sample. */
  setSample(sample: TrajectorySample): void;
  /** From |0…0⟩ to the end with a source of uniforms a lane; keeps the state before each matrix where asked. */
  run(uniforms: Uniforms, isKept: boolean): void;
  /** What a lane did in a step of the last run; undefined where it did the usual. */
  unusual(lane: number, step: number): UnusualLane | undefined;
}

/** A walk through a plan in a memory, whose matrices and state it writes. */
export function createTrajectoryWalk(plan: TrajectoryPlan, memory: TrajectoryMemory): TrajectoryWalk {
  const { lanes, overlaps } = memory;
  const draws = createLaneDraws(plan, lanes);
  const effects = plan.steps.map((step) => (step.kind === "kraus" ? step.operators.map(effectOf) : []));
  let sample: TrajectorySample;
  const found = new Map<number, UnusualLane>();

  /** The operator that acts when a run's Kraus draw must look at the state, which `product` has changed since the density was taken. */
  const drawOperator = (
    item: Extract<RunItem, { kind: "kraus" }>,
    product: TwoByTwo,
    lane: number,
    uniform: () => number,
  ): TwoByTwo => {
    const [p0, cr, ci, p1] = [overlaps[lane], overlaps[lanes + lane], overlaps[2 * lanes + lane], overlaps[3 * lanes + lane]];
    const total = weightAfter(product, p0, cr, ci, p1);
    const after = identityTwoByTwo();
    const weights = item.operators.map((K) => {
      multiplyInto(after, K, product);
      return weightAfter(after, p0, cr, ci, p1);
    });
    const k = drawRest(weights, item.bound * total, uniform);
    return item.operators[k].map((x) => x / Math.sqrt(weights[k]));
  };
  const composeRun = (items: readonly RunItem[], lane: number, uniform: () => number): UnusualLane => {
    const product = identityTwoByTwo();
    const factors = items.map((item) => {
      const branch = item.kind === "gate" ? 0 : draws.branch(lane, item.choice);
      const factor =
        item.kind === "gate"
          ? sample.singles[item.step]
          : item.kind === "choice"
            ? item.branches[branch]
            : branch === 0
              ? item.operators[0]
              : drawOperator(item, product, lane, uniform);
      multiplyInto(product, factor, product);
      return factor;
    });
    return { matrix: fromTwoByTwo(product), factors };
  };
  /** The same for a channel on several wires; the overlaps of the state with itself are at hand. */
  const composeKraus = (
    step: Extract<PlanStep, { kind: "kraus" }>,
    index: number,
    lane: number,
    uniform: () => number,
  ): UnusualLane => {
    // tr(E ρ) = Σ E_ab Σ conj(ψ_a) ψ_b
    const expectEffect = (E: ComplexMatrix): number =>
      E.re.reduce((sum, re, e) => sum + re * overlaps[2 * e * lanes + lane] - E.im[e] * overlaps[(2 * e + 1) * lanes + lane], 0);
    const weights = effects[index].map(expectEffect);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const k = drawRest(weights, step.bound * total, uniform);
    return { matrix: scale(1 / Math.sqrt(weights[k]), step.operators[k]), factors: [] };
  };
  const composeLane = (step: ChoosingStep, index: number, lane: number, uniform: () => number): UnusualLane => {
    if (step.kind === "run") return composeRun(step.items, lane, uniform);
    if (step.kind === "kraus") return composeKraus(step, index, lane, uniform);
    return { matrix: step.branches[draws.branch(lane, step.choice)], factors: [] };
  };
  const looksAtState = ({ items }: { readonly items: readonly RunItem[] }): boolean =>
    items.some((item) => item.kind === "kraus" && draws.isAny(item.choice));
  /** Writes the matrix of every lane. */
  const compose = (step: ChoosingStep, index: number, uniforms: Uniforms): void => {
    if (step.kind === "kraus") memory.overlap(KET, KET, step.wires);
    else if (step.kind === "run" && looksAtState(step)) memory.density(step.wires[0]);
    uniforms.forEach((uniform, lane) => {
      const one = draws.isUnusual(lane, index) ? composeLane(step, index, lane, uniform) : undefined;
      if (one) found.set(index * lanes + lane, one);
      memory.setLaneMatrix(lane, one?.matrix ?? (sample.usual[index] as ComplexMatrix)); // steps with choices have a matrix
    });
  };

  return {
    setSample(next) {
      sample = next;
      next.usual.forEach((U, index) => {
        if (U) memory.setMatrix(usualPlace(index), U);
      });
    },
    run(uniforms, isKept) {
      draws.draw(uniforms);
      found.clear();
      memory.reset();
      let numKept = 0;
      plan.steps.forEach((step, index) => {
        if (isMove(step)) {
          memory.move(step.kind, KET, step.wires);
          return;
        }
        if (isKept) memory.keep(numKept++);
        if (step.kind !== "gate" && draws.isAnyUnusual(index)) {
          compose(step, index, uniforms);
          memory.apply(KET, step.wires, OWN_MATRIX);
        } else memory.apply(KET, step.wires, usualPlace(index), sample.isDiagonal[index]);
      });
    },
    unusual: (lane, step) => found.get(step * lanes + lane),
  };
}

/** An index drawn by weights, the first of which has lost `taken`; never one of weight zero. */
function drawRest(weights: readonly number[], taken: number, uniform: () => number): number {
  // Rounding may make what is left of a weight slightly negative.
  const left = weights.map((weight, k) => Math.max(0, k === 0 ? weight - taken : weight));
  let target = uniform() * left.reduce((sum, weight) => sum + weight, 0);
  const k = left.findIndex((weight) => weight > 0 && (target -= weight) < 0);
  return k >= 0 ? k : weights.indexOf(Math.max(...weights));
}
