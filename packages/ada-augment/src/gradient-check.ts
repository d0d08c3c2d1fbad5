import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";

/** What a float64 oracle needs to stand beside a tensor function: [batch, height, width, channels] flat, row-major. */
export interface GradientCheck {
  readonly shape: readonly [number, number, number, number];
  /** The tensor function. */
  readonly ours: (images: tf.Tensor4D) => tf.Tensor4D;
  /** The same function on plain numbers, written independently. */
  readonly oracle: (images: Float64Array) => Float64Array;
}

/** Largest errors, each relative to the largest entry of the oracle's answer. */
export interface GradientErrors {
  readonly value: number;
  readonly gradient: number;
  readonly hessianTimesVector: number;
}

/**
 * Compares f, ∇L and ∇(v·∇L) with L(x) = Σ w·tanh(f(x)) against central float64 finite differences of the oracle.
 *
 * Steps 1e-5 and 1e-4: truncation and rounding of the differences stay below 1e-7.
 */
export function checkGradients({ shape, ours, oracle }: GradientCheck): GradientErrors {
  const rng = createRng(11);
  const size = shape.reduce((product, n) => product * n, 1);
  const draw = () => Float64Array.from({ length: size }, () => Math.fround(rng.uniform() * 2 - 1));
  const [x, v] = [draw(), draw()];
  const w = Float64Array.from({ length: oracle(x).length }, () => Math.fround(rng.uniform() * 2 - 1));
  const loss = (at: Float64Array) => oracle(at).reduce((sum, y, i) => sum + w[i] * Math.tanh(y), 0);
  const moved = (i: number, along: number, step: number) => {
    const at = x.map((value, k) => value + along * v[k]);
    at[i] += step;
    return loss(at);
  };
  const h = 1e-4;
  const gradient = x.map((_, i) => (moved(i, 0, 1e-5) - moved(i, 0, -1e-5)) / 2e-5);
  const hessian = x.map((_, i) => (moved(i, h, h) - moved(i, h, -h) - moved(i, -h, h) + moved(i, -h, -h)) / (4 * h * h));

  const tensor = (values: Float64Array) => tf.tensor4d(Float32Array.from(values), [...shape]);
  return tf.tidy(() => {
    const weights = tf.tensor1d(Float32Array.from(w));
    const tensorLoss = (images: tf.Tensor) => tf.sum(tf.mul(weights, tf.tanh(tf.reshape(ours(images as tf.Tensor4D), [-1])))); // `images` has the shape of x
    const first = tf.grad(tensorLoss);
    const second = tf.grad((images: tf.Tensor) => tf.sum(tf.mul(first(images), tensor(v))));
    return {
      value: relativeError(ours(tensor(x)).dataSync(), oracle(x)),
      gradient: relativeError(first(tensor(x)).dataSync(), gradient),
      hessianTimesVector: relativeError(second(tensor(x)).dataSync(), hessian),
    };
  });
}

function relativeError(ours: ArrayLike<number>, truth: Float64Array): number {
  const scale = truth.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-300);
  return truth.reduce((largest, value, i) => Math.max(largest, Math.abs(value - ours[i]) / scale), 0);
}
