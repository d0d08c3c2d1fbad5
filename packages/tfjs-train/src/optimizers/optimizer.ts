import { expect } from "repro-kit";
import { checkStateDict } from "../check-state-dict.ts";
import type { Params } from "../params.ts";

/**
 * A pure rule for one step. `state` is tensors by name like the parameters themselves, so it is saved, restored and moved
 * the same way; from the same bytes the next step gives the same bytes.
 */
export interface Optimizer {
  readonly name: string;
  /** The state before the first step; the caller owns it. */
  init(params: Params): Params;
  /** New parameters and new state; the caller disposes the old. */
  step(params: Params, grads: Params, state: Params): { params: Params; state: Params };
}

/** Name of the scalar that counts steps in every optimiser's state. */
export const STEP = "step";

/**
 * The number of steps taken, from a state that belongs to these parameters.
 *
 * @param slots - What the optimiser keeps of each parameter: `<slot>.<parameter>` has the parameter's shape.
 * @throws UsageError that lists what is missing in the state or has another shape: it is of another optimiser or model.
 */
export function readStep(name: string, state: Params, slots: readonly string[], params: Params): number {
  expect(state[STEP], name, "the state has no step count. Make it with init(params).");
  const expected = slots.flatMap((slot) =>
    Object.entries(params).map(([key, { shape }]) => [`${slot}.${key}`, { shape }] as const),
  );
  const advice = "Make it with init(params) of this optimiser.";
  checkStateDict(Object.fromEntries(expected), state, { scope: name, source: "the state", mayAdd: () => true, advice });
  return state[STEP].dataSync()[0];
}
