import * as tf from "@tensorflow/tfjs-core";
import type { Rng } from "repro-kit";
import { batchNorm, type ConvolutionOptions, conv2d, kaimingNormal, type Params } from "tfjs-train";
import type { FeatureOptions } from "./backbone.ts";

interface DepthwiseOptions {
  readonly stride: 1 | 2;
  /** "torch": (size − 1)/2 pixels on each side. "tensorflow": its rule "SAME", which pads even sizes at the far side only. */
  readonly padding: "torch" | "tensorflow";
}

/** Layers by the names of their parameters, for one pass through a network. */
export interface NetworkPass {
  /** Convolution by `<name>.weight`, and `<name>.bias` where there is one. */
  convolve(name: string, x: tf.Tensor4D, options?: ConvolutionOptions): tf.Tensor4D;
  /** Each channel by itself, by `<name>.weight` [size, size, 1, channels], and `<name>.bias` where there is one. */
  convolveDepthwise(name: string, x: tf.Tensor4D, options: DepthwiseOptions): tf.Tensor4D;
  /** Batch normalisation by `<name>.weight`, `.bias`, `.running_mean`, `.running_var`. */
  normalise(name: string, x: tf.Tensor4D): tf.Tensor4D;
  /** In training with `rng`: leaves a branch out for each image with this probability, and scales it by 1 / (1 − probability) elsewhere. */
  dropBranch(name: string, x: tf.Tensor4D, probability: number): tf.Tensor4D;
  /** Shows an activation to the caller's tap. */
  show(name: string, x: tf.Tensor4D): tf.Tensor4D;
  /** The new running statistics so far. */
  readonly updates: Readonly<Record<string, tf.Tensor>>;
}

/** @param options.epsilon - Of every batch normalisation; PyTorch's 1e-5 by default. */
export function createPass(params: Params, options: FeatureOptions & { epsilon?: number; momentum?: number }): NetworkPass {
  const { training, isFrozen = () => false, tap = (_, x) => x, epsilon = 1e-5, momentum = 0.1, rng } = options;
  const updates: Record<string, tf.Tensor> = {};
  return {
    updates,
    show: tap,
    convolve: (name, x, convolution = {}) =>
      conv2d(x, { weight: params[`${name}.weight`], bias: params[`${name}.bias`] }, convolution),
    convolveDepthwise(name, x, { stride, padding }) {
      const [size, , , channels] = params[`${name}.weight`].shape;
      const filter = tf.reshape(params[`${name}.weight`], [size, size, channels, 1]) as tf.Tensor4D; // the same order of values
      const side = (size - 1) / 2;
      // Where both rules say the same, TensorFlow's is one every backend has kernels for.
      const isSame = padding === "tensorflow" || stride === 1 || (x.shape[1] % 2 === 1 && x.shape[2] % 2 === 1);
      const padded = isSame
        ? x
        : tf.pad(x, [
            [0, 0],
            [side, side],
            [side, side],
            [0, 0],
          ]);
      const y = tf.depthwiseConv2d(padded, filter, stride, isSame ? "same" : "valid");
      const bias = params[`${name}.bias`];
      return bias ? tf.add(y, bias) : y; // a bias of rank 1 keeps the rank
    },
    dropBranch(name, x, probability) {
      if (!training || !rng || probability === 0 || isFrozen(name)) return x;
      return tf.mul(x, tf.tensor4d(keepMask(rng.fork(name), x.shape[0], probability), [x.shape[0], 1, 1, 1]));
    },
    normalise(name, x) {
      const of = (key: string) => params[`${name}.${key}`];
      const statistics = { running_mean: of("running_mean"), running_var: of("running_var") };
      const affine = { weight: of("weight"), bias: of("bias") };
      const result = batchNorm(x, { ...affine, ...statistics }, { training: training && !isFrozen(name), epsilon, momentum });
      if (result.running_mean && result.running_var) {
        updates[`${name}.running_mean`] = result.running_mean;
        updates[`${name}.running_var`] = result.running_var;
      }
      return result.y;
    },
  };
}

/** Factors that leave out a share of the values and keep their expectation: 0, or 1 / (1 − probability). */
export function keepMask(rng: Rng, count: number, probability: number): Float32Array {
  return Float32Array.from({ length: count }, () => (rng.uniform() < probability ? 0 : 1 / (1 - probability)));
}

/** He-normal filters by the number of outputs, as torchvision draws them. @param shape - [height, width, in, out]. */
export function initFilter(rng: Rng, shape: readonly [number, number, number, number]): tf.Tensor {
  return kaimingNormal(rng, [...shape], shape[0] * shape[1] * shape[3]);
}

/** Batch normalisation that begins as the identity, or with another scale. */
export function initNorm(name: string, channels: number, scale = 1): Params {
  return {
    [`${name}.weight`]: tf.fill([channels], scale),
    [`${name}.bias`]: tf.zeros([channels]),
    [`${name}.running_mean`]: tf.zeros([channels]),
    [`${name}.running_var`]: tf.ones([channels]),
  };
}

const IMAGENET_MEAN = [0.485, 0.456, 0.406];
const IMAGENET_STD = [0.229, 0.224, 0.225];

/** Images in [−1, 1] normalised as ImageNet's weights expect; grey ones by the means of the three. */
export function normaliseForImageNet(images: tf.Tensor4D): tf.Tensor4D {
  const channels = images.shape[3];
  const [means, deviations] = [IMAGENET_MEAN, IMAGENET_STD].map((values) =>
    channels === 3 ? values : new Array<number>(channels).fill(values.reduce((sum, value) => sum + value / 3, 0)),
  );
  const scale = deviations.map((deviation) => 0.5 / deviation);
  const shift = means.map((mean, c) => (0.5 - mean) / deviations[c]);
  return tf.add(tf.mul(images, tf.tensor1d(scale)), tf.tensor1d(shift)); // a rank-1 tensor broadcasts over the last axis
}
