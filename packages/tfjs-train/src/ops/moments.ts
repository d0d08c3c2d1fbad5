import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";
import { gradientDepth, runFused } from "../fused.ts";

export interface Moments {
  readonly mean: tf.Tensor;
  /** Biased: divided by the number of values. */
  readonly variance: tf.Tensor;
}

/**
 * Mean and variance over some axes: μ = Σx/n, σ² = Σ(x − μ)²/n. On wasm both in one pass over x, summed in double precision, where
 * the axes follow one another. Differentiable as often as one likes.
 *
 * @param x - Any shape, float32.
 * @param axes - The axes to reduce; counted from the end where negative.
 * @returns Both with the shape of x without those axes.
 */
export function moments(x: tf.Tensor, axes: number | readonly number[]): Moments {
  const places = tf.util.parseAxisParam(typeof axes === "number" ? axes : [...axes], x.shape).sort((a, b) => a - b);
  expect(
    places.length > 0 && x.size > 0,
    "moments",
    () => `there must be values to reduce; got shape [${x.shape}] and axes [${axes}].`,
  );
  return tf.tidy(() => {
    const input = x.dtype === "float32" ? x : tf.cast(x, "float32");
    const isBlock = places.every((place, i) => place === places[0] + i);
    if (!isBlock || !tf.getKernel("Moments", tf.getBackend())) {
      const centred = tf.sub(input, tf.mean(input, places, true));
      return { mean: tf.mean(input, places), variance: tf.mean(tf.square(centred), places) };
    }
    const [mean, variance] = tf.unstack(fused(input, places), 0);
    return { mean, variance };
  });
}

/** [2, ...] of mean and variance: dx = (dμ + 2·dσ²·(x − μ))/n. */
function fused(x: tf.Tensor, axes: number[]): tf.Tensor {
  const count = axes.reduce((product, axis) => product * x.shape[axis], 1);
  const kept = x.shape.map((size, i) => (axes.includes(i) ? 1 : size));
  const op = tf.customGrad((input, save) => {
    const values = input as tf.Tensor; // called with x below
    const value = runFused("Moments", { x: values }, { axes })[0];
    (save as tf.GradSaveFunc)([values, value]);
    const gradFunc = (dy: tf.Tensor, [given, result]: tf.Tensor[]) => {
      const [dMean, dVariance] = tf.unstack(tf.div(dy, count), 0);
      // A saved result does not know that it depends on x, which matters under another gradient.
      const mean = gradientDepth() === 0 ? tf.unstack(result, 0)[0] : tf.mean(given, axes);
      const [centre, slope, shift] = [mean, tf.mul(dVariance, 2), dMean].map((tensor) => tf.reshape(tensor, kept));
      return tf.add(tf.mul(tf.sub(given, centre), slope), shift);
    };
    return { value, gradFunc };
  });
  return op(x);
}
