import { expect } from "repro-kit";
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

/** The number of steps taken, from the state. @throws UsageError if the state is of another optimiser. */
export function readStep(name: string, state: Params): number {
  expect(state[STEP], name, "the state has no step count. Make it with init(params).");
  return state[STEP].dataSync()[0];
}
