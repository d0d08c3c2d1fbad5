import {
  checkStateDict,
  disposeParams,
  type Params,
  paramsFromWeights,
  prefixParams,
  type Shapes,
  selectParams,
} from "tfjs-train";
import type { HostTensors } from "./trainer-state.ts";

/** Names and shapes of a list of tensors. */
export function shapesOf(specs: readonly { readonly name: string; readonly shape: readonly number[] }[]): Shapes {
  return Object.fromEntries(specs.map(({ name, shape }) => [name, { shape }]));
}

/**
 * Tensors of a checkpoint, once they are those that the model has; the caller owns them.
 *
 * @param source - What they are, for the error: "the moving average".
 * @throws UsageError that lists every missing, surplus and mis-shaped name.
 */
export function uploadParams(tensors: HostTensors, expected: Shapes, source: string): Params {
  const advice = "Resume with the model and the options that it was saved with.";
  checkStateDict(expected, tensors, { scope: "checkpoint", source, advice });
  return paramsFromWeights({ tensors, metadata: {} }, { layout: "tfjs" });
}

/** The optimisers' states by group, as one record: `<group>.<name in its state>`. No tensor is copied. */
export function joinStates(states: Readonly<Record<string, Params>>): Params {
  return Object.assign({}, ...Object.entries(states).map(([group, state]) => prefixParams(state, group)));
}

/**
 * The inverse of `joinStates` for a checkpoint's tensors; the caller owns them.
 *
 * @param fresh - Makes the states that the optimisers begin with: names and shapes are those.
 * @throws UsageError as `uploadParams`.
 */
export function restoreStates(tensors: HostTensors, fresh: () => Readonly<Record<string, Params>>): Record<string, Params> {
  const states = fresh();
  const groups = Object.keys(states);
  const expected = shapesOf(Object.entries(joinStates(states)).map(([name, { shape }]) => ({ name, shape })));
  disposeParams(...Object.values(states));
  const restored = uploadParams(tensors, expected, "the optimisers' state");
  return Object.fromEntries(groups.map((group) => [group, selectParams(restored, group)]));
}
