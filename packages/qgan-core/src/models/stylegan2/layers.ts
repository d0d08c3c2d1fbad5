import * as tf from "@tensorflow/tfjs-core";
import { type ActivationName, activations, biasAct, type Params, type ResampleFilter } from "tfjs-train";
import { constantFill, layerOf, normalFill, type ParameterSpec } from "../parameter-spec.ts";
import { conv2dResample } from "./conv2d-resample.ts";

/** Taps that every resampling layer of StyleGAN2 begins with, [4, 4]: the product of (1, 3, 3, 1)/8 with itself. */
const RESAMPLE_TAPS = [1, 3, 3, 1].flatMap((y) => [1, 3, 3, 1].map((x) => (x * y) / 64));

/** The buffer of a layer that resamples; every convolution of the reference has one. */
export function resampleFilterSpec(name: string): ParameterSpec {
  const fill = (_: unknown, values: Float32Array) => {
    values.set(RESAMPLE_TAPS);
    return values;
  };
  return { name: `${name}.resample_filter`, shape: [4, 4], isTrainable: false, fill };
}

/** A layer's resampling filter. */
export function filterOf(params: Params, name: string): ResampleFilter {
  return params[`${name}.resample_filter`] as ResampleFilter; // [4, 4] by its spec
}

export interface FullyConnectedOptions {
  /** Default "linear". */
  readonly activation?: ActivationName;
  /** Weights are drawn this much larger and applied this much smaller, so that they learn this much slower. Default 1. */
  readonly learningRateMultiplier?: number;
}

/** What a fully connected layer is made of; `bias` is what its bias starts at. */
export function fullyConnectedSpecs(
  name: string,
  inputs: number,
  outputs: number,
  { learningRateMultiplier = 1, bias = 0 }: { readonly learningRateMultiplier?: number; readonly bias?: number } = {},
): readonly ParameterSpec[] {
  return [
    {
      name: `${name}.weight`,
      shape: [inputs, outputs],
      isTrainable: true,
      fill: normalFill(0, 1 / learningRateMultiplier),
    },
    { name: `${name}.bias`, shape: [outputs], isTrainable: true, fill: constantFill(bias) },
  ];
}

/**
 * x·(W·m/√in) + m·b, then the activation with its gain: weights of unit variance, scaled when they are used ("equalised
 * learning rate").
 *
 * @param x - [batch, in].
 * @returns [batch, out].
 * @see Karras et al. 2018, arXiv:1710.10196, Sec. 4.1.
 */
export function fullyConnected(
  x: tf.Tensor2D,
  params: Params,
  name: string,
  { activation = "linear", learningRateMultiplier = 1 }: FullyConnectedOptions = {},
): tf.Tensor2D {
  const { weight, bias } = layerOf(params, name);
  return tf.tidy(() => {
    const scale = learningRateMultiplier / Math.sqrt(weight.shape[0]);
    const product = tf.mul(tf.matMul(x, weight as tf.Tensor2D), scale) as tf.Tensor2D; // [in, out] by its spec
    const shift = bias && learningRateMultiplier !== 1 ? tf.mul(bias, learningRateMultiplier) : bias;
    return biasAct(product, (shift as tf.Tensor1D | undefined) ?? null, { activation }); // [out] by its spec
  });
}

export interface ConvolutionLayerSpec {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly hasBias?: boolean;
  /** False for a frozen layer, whose weights are buffers then, as in the reference. */
  readonly isTrainable?: boolean;
}

/** What a convolution layer is made of. */
export function convolutionSpecs(
  name: string,
  { inputs, outputs, kernel, hasBias = true, isTrainable = true }: ConvolutionLayerSpec,
): readonly ParameterSpec[] {
  return [
    { name: `${name}.weight`, shape: [kernel, kernel, inputs, outputs], isTrainable, fill: normalFill(0, 1) },
    ...(hasBias ? [{ name: `${name}.bias`, shape: [outputs], isTrainable, fill: constantFill(0) }] : []),
    resampleFilterSpec(name),
  ];
}

export interface ConvolutionLayerOptions {
  /** Default "linear". */
  readonly activation?: ActivationName;
  readonly up?: number;
  readonly down?: number;
  /** Times the activation's own gain, and times the clamp. Default 1. */
  readonly gain?: number;
  /** Largest magnitude of the result before `gain`. */
  readonly clamp?: number;
}

/**
 * Convolution with resampling, equalised weights, bias, activation, gain and clamp.
 *
 * @param x - [batch, height, width, in].
 * @returns [batch, height·up/down, width·up/down, out].
 */
export function convolutionLayer(
  x: tf.Tensor4D,
  params: Params,
  name: string,
  { activation = "linear", up = 1, down = 1, gain = 1, clamp }: ConvolutionLayerOptions = {},
): tf.Tensor4D {
  const { weight, bias } = layerOf(params, name);
  const [kernel, , inputs] = weight.shape;
  return tf.tidy(() => {
    const scaled = tf.mul(weight, 1 / Math.sqrt(inputs * kernel * kernel)) as tf.Tensor4D; // of rank 4 by its spec
    const y = conv2dResample(x, scaled, {
      filter: up > 1 || down > 1 ? filterOf(params, name) : null,
      up,
      down,
      padding: Math.floor(kernel / 2),
      flipWeight: up === 1,
    });
    return biasAct(y, (bias as tf.Tensor1D | undefined) ?? null, activationOptions(activation, gain, clamp)); // [out] by its spec
  });
}

/** Options of `biasAct` with a layer's gain on top of the activation's own. */
export function activationOptions(activation: ActivationName, gain: number, clamp: number | undefined) {
  const own = activations.find(({ name }) => name === activation)?.defaultGain ?? 1;
  return { activation, gain: own * gain, ...(clamp === undefined ? {} : { clamp: clamp * gain }) };
}

/** The sum of two maps of features of one shape. */
export function addMaps(a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor4D {
  return tf.add(a, b);
}
