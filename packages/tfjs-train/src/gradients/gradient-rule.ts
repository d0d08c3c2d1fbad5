import * as tf from "@tensorflow/tfjs-core";

/** The derivative of one kernel, as tfjs wants it. Only inputs are ever saved: a saved output has no history, which is what makes stock second derivatives wrong. */
export interface GradientRule {
  readonly kernel: string;
  /** Names of the inputs that the rule needs; "all" for kernels that take a list. */
  readonly saves: readonly string[] | "all";
  readonly rule: (dy: tf.Tensor, saved: tf.Tensor[], attributes: unknown) => Record<string, () => tf.Tensor>;
}

/**
 * Defines the derivative of a kernel, built of ops that have derivatives themselves.
 *
 * @typeParam A - The kernel's attributes.
 * @param rule - For each input, the gradient of the loss given dy and the saved inputs.
 */
export function defineGradient<A = unknown>(
  kernel: string,
  saves: readonly string[] | "all",
  rule: (dy: tf.Tensor, saved: tf.Tensor[], attributes: A) => Record<string, () => tf.Tensor>,
): GradientRule {
  return { kernel, saves, rule: rule as GradientRule["rule"] }; // the kernel decides its attributes' type
}

/** The derivative of a list kernel has a key for each place in the list. */
export function byIndex(gradients: readonly (() => tf.Tensor)[]): Record<string, () => tf.Tensor> {
  return Object.fromEntries(gradients.map((gradient, index) => [index, gradient]));
}

/** Runs a kernel that has no public op. */
export function runKernel(
  kernel: string,
  inputs: Record<string, tf.Tensor>,
  attributes: Record<string, unknown> = {},
): tf.Tensor {
  return tf.engine().runKernel(kernel, inputs, attributes as tf.NamedAttrMap); // the kernels called here take plain values only
}

/** Sums a gradient over the axes along which its input was broadcast, and gives it the input's shape. */
export function unbroadcast(gradient: tf.Tensor, shape: number[]): tf.Tensor {
  if (tf.util.arraysEqual(gradient.shape, shape)) return gradient;
  const axes = tf.broadcast_util.getReductionAxes(shape, gradient.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(gradient, axes) : gradient, shape);
}

/** A gradient that may be dy itself, as a tensor of its own: the engine disposes a gradient to which it adds another, and dy may be in use elsewhere. */
export function ownCopy(gradient: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  return gradient === dy ? tf.clone(dy) : gradient;
}

/** The tensor as float32; itself when it is. */
export function asFloat(x: tf.Tensor): tf.Tensor {
  return x.dtype === "float32" ? x : tf.cast(x, "float32");
}

/** Zeros of a shape: the gradient of what does not depend on its input. */
export function zeroGradient(x: tf.Tensor): () => tf.Tensor {
  return () => tf.zeros(x.shape);
}

/** Non-negative, sorted axes. */
export function axesOf(axis: number | number[] | null | undefined, shape: readonly number[]): number[] {
  return tf.util.parseAxisParam(axis ?? shape.map((_, i) => i), [...shape]).sort((a, b) => a - b);
}

/** The shape with size 1 on the given axes. */
export function keepDimensions(shape: readonly number[], axes: readonly number[]): number[] {
  return shape.map((size, i) => (axes.includes(i) ? 1 : size));
}
