import * as tf from "@tensorflow/tfjs-core";
import { defineGradient, type GradientRule } from "./gradient-rule.ts";

interface ResponseAttributes {
  readonly depthRadius: number;
  readonly bias: number;
  readonly alpha: number;
  readonly beta: number;
}

/** For each channel the sum over the channels within `radius` of it: a product with a band matrix, its own adjoint. */
function windowSum(x: tf.Tensor, radius: number): tf.Tensor {
  const channels = x.shape[x.rank - 1];
  const band = Array.from({ length: channels * channels }, (_, i) =>
    Math.abs(Math.floor(i / channels) - (i % channels)) <= radius ? 1 : 0,
  );
  return tf.reshape(tf.matMul(tf.reshape(x, [-1, channels]), tf.tensor2d(band, [channels, channels])), x.shape);
}

export const normalizationGradients: readonly GradientRule[] = [
  // y = x·n^−β with n = bias + α·Σ x² over the window, so dx = dy·n^−β − 2αβ·x·Σ dy·x·n^(−β−1) over the window.
  defineGradient<ResponseAttributes>("LRN", ["x"], (dy, [x], { depthRadius, bias, alpha, beta }) => ({
    x: () => {
      const norm = tf.add(tf.mul(windowSum(tf.square(x), depthRadius), alpha), bias);
      const rate = tf.pow(norm, -beta);
      const shared = windowSum(tf.div(tf.mul(tf.mul(dy, x), rate), norm), depthRadius);
      return tf.sub(tf.mul(dy, rate), tf.mul(tf.mul(x, shared), 2 * alpha * beta));
    },
  })),
];
