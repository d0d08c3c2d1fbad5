import * as tf from "@tensorflow/tfjs-core";
import { expect, type Rng } from "repro-kit";

/** Normal(0, std²), drawn on the host: the same on every backend. */
export function normalInit(rng: Rng, shape: readonly number[], std: number): tf.Tensor {
  return tf.tensor(rng.fillNormal(new Float32Array(tf.util.sizeFromShape([...shape])), 0, std), [...shape]);
}

/** Uniform in [low, high), drawn on the host. */
export function uniformInit(rng: Rng, shape: readonly number[], low: number, high: number): tf.Tensor {
  return tf.tensor(rng.fillUniform(new Float32Array(tf.util.sizeFromShape([...shape])), low, high), [...shape]);
}

/**
 * PyTorch's default for weights and biases of dense and convolution layers: uniform in ±1/√fanIn.
 *
 * @param fanIn - Inputs of one output: in·height·width. PyTorch's transposed convolution counts out·height·width.
 * @see torch.nn.Linear.reset_parameters; He et al. 2015 with a = √5.
 */
export function kaimingUniform(rng: Rng, shape: readonly number[], fanIn: number): tf.Tensor {
  expect(fanIn > 0, "kaimingUniform", `fanIn must be positive; got ${fanIn}.`);
  const bound = 1 / Math.sqrt(fanIn);
  return uniformInit(rng, shape, -bound, bound);
}

/**
 * Glorot's uniform in ±√(6 / (fanIn + fanOut)).
 *
 * @see Glorot & Bengio 2010, eq. 16.
 */
export function xavierUniform(rng: Rng, shape: readonly number[], fanIn: number, fanOut: number): tf.Tensor {
  const bound = Math.sqrt(6 / (fanIn + fanOut));
  return uniformInit(rng, shape, -bound, bound);
}
