import * as tf from "@tensorflow/tfjs-core";
import { gradientDepth, offTape } from "../fused.ts";

/** A recorded op, as tfjs-core keeps it. */
export interface TapeNode {
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
  readonly outputs: readonly tf.Tensor[];
  readonly saved: readonly tf.Tensor[];
}

/** Of what a saved tensor is a function: the identity of a tensor on the tape, or `backward` (dy and the saved value → gradient) of it. */
export interface Origin {
  readonly source: tf.Tensor;
  readonly backward?: (dy: tf.Tensor, value: tf.Tensor) => tf.Tensor;
}

/** The part of the engine that its types leave out; public in tfjs-core 4. */
interface Engine {
  readonly state: { readonly activeTape: readonly TapeNode[] | null };
  addTapeNode(
    name: string,
    inputs: Record<string, tf.Tensor>,
    outputs: tf.Tensor[],
    gradient: (dy: tf.Tensor) => Record<string, () => tf.Tensor>,
    saved: tf.Tensor[],
    attributes: object,
  ): void;
}

/**
 * Tensors that an op saved of its own results stand on the tape before the op itself, so that a derivative of the op's gradient does
 * not see where they come from. Under an outer gradient this returns copies of them that know it; elsewhere the tensors themselves.
 * (Saved inputs know where they come from as they are.)
 *
 * @param saved - The very list that the engine hands to the gradient.
 * @param origins - For each saved tensor its origin, given the op's place on the tape; "input" for an input.
 */
export function adoptHistory(
  saved: readonly tf.Tensor[],
  origins: readonly ("input" | ((node: TapeNode) => Origin))[],
): readonly tf.Tensor[] {
  if (gradientDepth() === 0) return saved;
  const engine = tf.engine() as unknown as Engine;
  const node = engine.state.activeTape?.find((one) => one.saved === saved);
  if (!node) throw new Error("bug: the op whose gradient is asked for is not on the tape");
  return saved.map((tensor, i) => {
    const origin = origins[i];
    if (origin === "input") return tensor;
    const { source, backward } = origin(node);
    const known = tf.clone(tensor);
    const kept: tf.Tensor[] = [];
    engine.addTapeNode(
      "history",
      { x: source },
      [known],
      (dy) => ({ x: () => backward?.(dy, kept[0]) ?? tf.clone(dy) }),
      kept,
      {},
    );
    // Taken after the node is there, so that it has a history too; the engine disposes it with the tape.
    if (backward) kept.push(tf.keep(tf.clone(known)));
    return known;
  });
}

/**
 * Indices and masks: computed from x without recording how, and recorded as something whose slope is 0. (Not recorded at all, a gradient
 * that depends on x through nothing else would not count as a function of x, and could not be differentiated instead of giving zeros.)
 */
export function locallyConstant<T extends tf.Tensor>(x: tf.Tensor, compute: () => T): T {
  const value = offTape(compute);
  const engine = tf.engine() as unknown as Engine;
  if (gradientDepth() > 0) engine.addTapeNode("locallyConstant", { x }, [value], () => ({ x: () => tf.zeros(x.shape) }), [], {});
  return value;
}
