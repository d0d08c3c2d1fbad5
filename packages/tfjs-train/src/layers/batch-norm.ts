import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect } from "repro-kit";
import { adopt, gradientDepth, hasFused, runFused } from "../fused.ts";

export interface BatchNormParams {
  readonly weight?: tf.Tensor;
  readonly bias?: tf.Tensor;
  readonly running_mean: tf.Tensor;
  readonly running_var: tf.Tensor;
}

export interface BatchNormOptions {
  /** True: normalise by the batch's statistics and return new running ones. False: normalise by the running ones. */
  readonly training: boolean;
  /** Weight of the new statistics in the running ones, as in PyTorch. */
  readonly momentum?: number;
  readonly epsilon?: number;
}

export interface BatchNormResult<T extends tf.Tensor> {
  readonly y: T;
  /** Only in training. */
  readonly running_mean?: tf.Tensor;
  readonly running_var?: tf.Tensor;
}

/**
 * Batch normalisation over all axes but the last, with PyTorch's semantics: y = (x − μ)/√(σ² + ε)·weight + bias,
 * with the biased variance to normalise and the unbiased one in the running value.
 *
 * @param x - [..., channels].
 * @param params - Each [channels]; weight 1 and bias 0 where there are none.
 * @throws UsageError if a parameter has not one value a channel; in training when there is one value a channel: its variance
 * says nothing.
 * @see Ioffe & Szegedy 2015, Alg. 1; torch.nn.BatchNorm2d.
 */
export function batchNorm<T extends tf.Tensor>(x: T, params: BatchNormParams, options: BatchNormOptions): BatchNormResult<T> {
  checkOptions("batchNorm", options, ["training", "momentum", "epsilon"]);
  const { training, momentum = 0.1, epsilon = 1e-5 } = options;
  const { weight, bias, running_mean, running_var } = params;
  const channels = x.shape[x.rank - 1];
  for (const [name, tensor] of Object.entries({ weight, bias, running_mean, running_var }))
    expect(
      !tensor || (tensor.rank === 1 && tensor.size === channels),
      "batchNorm",
      () => `${name} must have one value for each of the ${channels} channels; got shape [${tensor?.shape}].`,
    );
  if (!training) return { y: tf.tidy(() => normalise(x, running_mean, running_var, epsilon, weight, bias)) };
  const count = x.size / channels;
  expect(count > 1, "batchNorm", `training needs more than one value a channel; got shape [${x.shape}]. Use a larger batch.`);
  return tf.tidy(() => {
    const input = x.dtype === "float32" ? x : tf.cast(x, "float32"); // of the shape of x
    if (hasFused("BatchNormTraining", 1)) return fused(input, params, epsilon, momentum);
    const { y, mean, variance } = composed(input, epsilon, weight, bias);
    const blend = (running: tf.Tensor, now: tf.Tensor) => tf.add(tf.mul(running, 1 - momentum), tf.mul(now, momentum));
    return {
      y,
      running_mean: blend(running_mean, mean),
      running_var: blend(running_var, tf.mul(variance, count / (count - 1))),
    };
  });
}

interface Normalised<T extends tf.Tensor> {
  readonly y: T;
  readonly mean: tf.Tensor;
  readonly variance: tf.Tensor;
}

/** Of plain ops, so that it can be differentiated as often as one likes. */
function composed<T extends tf.Tensor>(x: T, epsilon: number, weight?: tf.Tensor, bias?: tf.Tensor): Normalised<T> {
  const axes = x.shape.slice(0, -1).map((_, i) => i);
  const mean = tf.mean(x, axes);
  const variance = tf.mean(tf.square(tf.sub(x, mean)), axes);
  return { y: normalise(x, mean, variance, epsilon, weight, bias), mean, variance };
}

/** The backend's own kernel, forwards and backwards in two passes each; first order only. */
function fused<T extends tf.Tensor>(
  x: T,
  { weight, bias, running_mean, running_var }: BatchNormParams,
  epsilon: number,
  momentum: number,
): { y: T; running_mean: tf.Tensor; running_var: tf.Tensor } {
  const channels = x.shape[x.rank - 1];
  let statistics: tf.Tensor[] = [];
  const op = tf.customGrad((image, scale, offset, save) => {
    const inputs = { x: as4D(image as tf.Tensor), scale: scale as tf.Tensor, offset: offset as tf.Tensor };
    const running = { runningMean: running_mean, runningVariance: running_var };
    const [y, mean, variance, ...updated] = runFused("BatchNormTraining", { ...inputs, ...running }, { epsilon, momentum });
    statistics = updated.map((tensor) => tf.keep(tensor));
    (save as tf.GradSaveFunc)([inputs.x, inputs.scale, mean, variance]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      if (gradientDepth() > 0) throw new Error("bug: a fused batch norm cannot be differentiated twice.");
      const [input, factor, centre, spread] = saved;
      const [dx, dScale, dOffset] = runFused(
        "BatchNormTrainingGradient",
        { dy: as4D(dy), x: input, scale: factor, mean: centre, variance: spread },
        { epsilon },
      );
      return [asShape(dx, x.shape), dScale, dOffset];
    };
    return { value: asShape(y, x.shape), gradFunc };
  });
  const y = op(x, weight ?? tf.ones([channels]), bias ?? tf.zeros([channels])) as T; // x's shape
  const [newMean, newVariance] = statistics.map(adopt);
  return { y, running_mean: newMean, running_var: newVariance };
}

/** [..., channels] as [rows, 1, 1, channels]: the kernels know batches of images, and the shape in between does not matter to them. */
function as4D(x: tf.Tensor): tf.Tensor {
  return x.rank === 4 ? x : tf.reshape(x, [-1, 1, 1, x.shape[x.rank - 1]]);
}

function asShape(x: tf.Tensor, shape: number[]): tf.Tensor {
  return x.rank === shape.length ? x : tf.reshape(x, shape);
}

function normalise<T extends tf.Tensor>(
  x: T,
  mean: tf.Tensor,
  variance: tf.Tensor,
  epsilon: number,
  weight: tf.Tensor | undefined,
  bias: tf.Tensor | undefined,
): T {
  const rate = tf.rsqrt(tf.add(variance, epsilon));
  const y = tf.mul(tf.sub(x, mean), weight ? tf.mul(rate, weight) : rate);
  return (bias ? tf.add(y, bias) : y) as T; // statistics of rank 1 keep the shape
}
