import type { Circuit } from "../circuit.ts";
import { type BlockRunner, createBlockRunner, createIndexLists } from "./block-runner.ts";
import { planFree } from "./free-plan.ts";
import { createFreeRunner, type FreeRunner } from "./free-runner.ts";
import type { LaneLayout } from "./lane-layout.ts";
import type { BlockStage, FreeStage, Schedule, TurnStage } from "./schedule.ts";
import { createTurnRunner, type TurnRunner } from "./turn-runner.ts";

/** One step of a program: a free part from one state to the next, then turns or gates in place. */
export interface Moment {
  /** Undefined for turns that make a product state of |0…0⟩. */
  readonly free: FreeRunner | undefined;
  readonly turns: TurnRunner | undefined;
  readonly blocks: readonly BlockRunner[];
}

/** A free part and what follows it, before anything is laid out in memory. */
export interface MomentPlan {
  readonly free: FreeStage;
  readonly active: TurnStage | BlockStage | undefined;
}

/**
 * The stages two by two.
 *
 * @param keepPhases - Whether phases before the end count: for states and for words with X or Y, not for ⟨Z⟩.
 */
export function pairStages({ stages }: Schedule, keepPhases: boolean): MomentPlan[] {
  const moments: MomentPlan[] = [];
  let open: FreeStage | undefined;
  for (const stage of stages) {
    if (stage.kind === "free") open = stage;
    else {
      moments.push({ free: open ?? { kind: "free", items: [] }, active: stage });
      open = undefined;
    }
  }
  const last = open ?? { kind: "free", items: [] };
  const items = keepPhases ? last.items : last.items.filter(({ kind }) => kind === "monomial");
  const endsWithPhases = keepPhases && moments.at(-1)?.active?.kind === "turns";
  if (items.length > 0 || endsWithPhases || moments.length === 0)
    moments.push({ free: { kind: "free", items }, active: undefined });
  return moments;
}

/** Whether the phases before the measurement count for a circuit's observables. */
export const measuresPhases = ({ observables }: Circuit): boolean =>
  observables.some(({ factors }) => factors.some(({ pauli }) => pauli !== "Z"));

export interface MomentOptions {
  /** Whether phases before the end count. */
  readonly keepPhases: boolean;
  /** Whether the program begins with |0…0⟩, so that first turns make a product state; default true. */
  readonly startsAtZero?: boolean;
}

export function createMoments(
  layout: LaneLayout,
  plans: readonly MomentPlan[],
  { keepPhases, startsAtZero = true }: MomentOptions,
): Moment[] {
  const lists = createIndexLists(layout);
  const isProduct = (k: number) =>
    startsAtZero && k === 0 && plans[0].free.items.length === 0 && plans[0].active?.kind === "turns";
  const turns = plans.map(({ active }, k) =>
    active?.kind === "turns" ? createTurnRunner(layout, active, isProduct(k)) : undefined,
  );
  return plans.map(({ free, active }, k): Moment => {
    const blocks = active?.kind === "blocks" ? active.items.map((item) => createBlockRunner(layout, item, lists)) : [];
    if (isProduct(k)) return { free: undefined, turns: turns[k], blocks };
    const next = turns[k];
    const isLast = k === plans.length - 1 && !active;
    const previous = isLast && !keepPhases ? undefined : turns[k - 1];
    const plan = planFree(free, layout.numQubits, !!next && !next.isPlain);
    return { free: createFreeRunner(layout, plan, lists, { previous, next }), turns: next, blocks };
  });
}
