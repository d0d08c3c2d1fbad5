import * as tf from "@tensorflow/tfjs-core";

export type ActivationName = "linear" | "relu" | "lrelu" | "tanh" | "sigmoid" | "elu" | "selu" | "softplus" | "swish";

/** An activation of {@link biasAct}. */
export interface Activation {
  readonly name: ActivationName;
  /** Slope below 0; only "lrelu" has one. */
  readonly defaultAlpha: number;
  /** √2 where the activation halves the variance of its input. */
  readonly defaultGain: number;
  /** Of plain ops, so that it can be differentiated as often as one likes. */
  readonly apply: (z: tf.Tensor, alpha: number) => tf.Tensor;
}

/**
 * The activations, in the order of their numbers in kernels/_activation-functions.ts.
 *
 * @see Karras et al. 2020 (StyleGAN2-ADA), reference program, torch_utils/ops/bias_act.py (activation_funcs).
 */
export const activations: readonly Activation[] = [
  { name: "linear", defaultAlpha: 0, defaultGain: 1, apply: (z) => tf.clone(z) },
  { name: "relu", defaultAlpha: 0, defaultGain: Math.SQRT2, apply: (z) => tf.relu(z) },
  { name: "lrelu", defaultAlpha: 0.2, defaultGain: Math.SQRT2, apply: (z, alpha) => tf.leakyRelu(z, alpha) },
  { name: "tanh", defaultAlpha: 0, defaultGain: 1, apply: (z) => tf.tanh(z) },
  { name: "sigmoid", defaultAlpha: 0, defaultGain: 1, apply: (z) => tf.sigmoid(z) },
  { name: "elu", defaultAlpha: 0, defaultGain: 1, apply: (z) => tf.elu(z) },
  { name: "selu", defaultAlpha: 0, defaultGain: 1, apply: (z) => tf.selu(z) },
  { name: "softplus", defaultAlpha: 0, defaultGain: 1, apply: (z) => tf.softplus(z) },
  { name: "swish", defaultAlpha: 0, defaultGain: Math.SQRT2, apply: (z) => tf.mul(z, tf.sigmoid(z)) },
];
