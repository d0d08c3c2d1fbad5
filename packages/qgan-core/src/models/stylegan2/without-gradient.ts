import * as tf from "@tensorflow/tfjs-core";

/** Computes something that no gradient goes through, and of which a gradient around it keeps nothing in memory. */
export function withoutGradient<T extends tf.Tensor>(compute: () => T): T {
  return tf.customGrad(() => ({ value: compute(), gradFunc: () => [] }))() as T; // the value, by the contract of customGrad
}

/**
 * f(x) and the gradient of the sum of its entries by x, both of which may be differentiated again.
 *
 * @param f - Must depend on x.
 */
export function valueAndInputGradient<Input extends tf.Tensor, Output extends tf.Tensor>(
  f: (x: Input) => Output,
  x: Input,
): { readonly value: Output; readonly gradient: Input } {
  let kept: Output | undefined;
  const gradient = tf.grad((input: tf.Tensor) => {
    const value = f(input as Input); // called with x below
    kept = tf.keep(tf.clone(value)); // the gradient disposes of what was made on its way
    return tf.sum(value);
  })(x) as Input;
  if (!kept) throw new Error("bug: the function of a gradient was not called.");
  const value = tf.clone(kept);
  kept.dispose();
  return { value, gradient };
}
