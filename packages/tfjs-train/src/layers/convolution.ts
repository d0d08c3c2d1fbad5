import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";
import type { LayerParams } from "./dense.ts";

export interface ConvolutionOptions {
  readonly stride?: number;
  /** Pixels on each side as in PyTorch, or TensorFlow's rule. Default 0. */
  readonly padding?: number | "same" | "valid";
  readonly dilation?: number;
}

export interface TransposedConvolutionOptions {
  readonly stride?: number;
  /** Pixels taken off each side as in PyTorch, or "same" (output = stride × input), or "valid". Default 0. */
  readonly padding?: number | "same" | "valid";
  /** Rows and columns added at the far side, below the stride, as in PyTorch. Default 0. */
  readonly outputPadding?: number;
}

type ExplicitPad = [[number, number], [number, number], [number, number], [number, number]];

/** The padding in a form that every backend takes: tfjs-node refuses a plain number. */
function padOf(scope: string, padding: number | "same" | "valid"): "same" | "valid" | ExplicitPad {
  if (typeof padding === "string") return padding;
  expect(Number.isInteger(padding) && padding >= 0, scope, `padding must be "same", "valid" or an integer ≥ 0; got ${padding}.`);
  if (padding === 0) return "valid";
  const side: [number, number] = [padding, padding];
  return [[0, 0], side, side, [0, 0]];
}

/**
 * Two-dimensional convolution (cross-correlation).
 *
 * @param x - [batch, height, width, in].
 * @param params - weight [kernel, kernel, in, out], bias [out].
 * @returns [batch, newHeight, newWidth, out].
 */
export function conv2d(x: tf.Tensor4D, { weight, bias }: LayerParams, options: ConvolutionOptions = {}): tf.Tensor4D {
  const { stride = 1, padding = 0, dilation = 1 } = options;
  const pad = padOf("conv2d", padding);
  return tf.tidy(() => {
    const y = tf.conv2d(x, weight as tf.Tensor4D, stride, pad, "NHWC", dilation); // conv2d checks the rank
    return (bias ? tf.add(y, bias) : y) as tf.Tensor4D; // a bias of rank 1 keeps the rank
  });
}

/**
 * Transposed convolution: the adjoint of {@link conv2d} by its input.
 * Output size by PyTorch's rule: (size − 1)·stride − 2·padding + kernel + outputPadding.
 *
 * @param x - [batch, height, width, in].
 * @param params - weight [kernel, kernel, out, in], bias [out].
 * @returns [batch, newHeight, newWidth, out].
 */
export function convTranspose2d(
  x: tf.Tensor4D,
  { weight, bias }: LayerParams,
  options: TransposedConvolutionOptions = {},
): tf.Tensor4D {
  const { stride = 1, padding = 0, outputPadding = 0 } = options;
  const pad = padOf("convTranspose2d", padding);
  const [batch, height, width] = x.shape;
  const [kernelHeight, kernelWidth, out] = weight.shape;
  const grown = (size: number, kernel: number) => {
    if (padding === "same") return size * stride;
    return (size - 1) * stride - 2 * (padding === "valid" ? 0 : padding) + kernel + outputPadding;
  };
  const shape: [number, number, number, number] = [batch, grown(height, kernelHeight), grown(width, kernelWidth), out];
  return tf.tidy(() => {
    const attributes = { strides: stride, pad, dataFormat: "NHWC", inputShape: shape } as unknown as tf.NamedAttrMap; // plain values
    const y = tf.engine().runKernel<tf.Tensor4D>("Conv2DBackpropInput", { dy: x, filter: weight }, attributes);
    return (bias ? tf.add(y, bias) : y) as tf.Tensor4D; // a bias of rank 1 keeps the rank
  });
}
