import * as tf from "@tensorflow/tfjs-core";

/** x for x > 0, else slope·x. */
export function leakyRelu<T extends tf.Tensor>(x: T, slope = 0.2): T {
  return tf.leakyRelu(x, slope);
}

/** max(x, 0). */
export function relu<T extends tf.Tensor>(x: T): T {
  return tf.relu(x);
}

/** Hyperbolic tangent. */
export function tanh<T extends tf.Tensor>(x: T): T {
  return tf.tanh(x);
}

/** 1 / (1 + e^−x). */
export function sigmoid<T extends tf.Tensor>(x: T): T {
  return tf.sigmoid(x);
}

/** log(1 + eˣ) = max(x, 0) + log1p(e^−|x|), without overflow for any x; its derivative is sigmoid(x), at 0 too. */
export function softplus<T extends tf.Tensor>(x: T): T {
  const op = tf.customGrad((input, save) => {
    const z = input as tf.Tensor;
    (save as tf.GradSaveFunc)([z]);
    const value = tf.add(tf.relu(z), tf.log1p(tf.exp(tf.neg(tf.abs(z)))));
    return { value, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(dy, tf.sigmoid(saved[0])) };
  });
  return op(x) as T; // elementwise: the shape stays
}

/**
 * x − log Σ eˣ over the last axis. (tf.logSoftmax carries a gradient of its own that loses terms of the second derivative and
 * cannot be replaced from outside.)
 */
export function logSoftmax<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => tf.sub(x, tf.logSumExp(x, -1, true))) as T; // broadcast along the last axis: the shape stays
}
