import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect } from "repro-kit";
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

function expectCount(scope: string, name: string, value: number): void {
  expect(Number.isInteger(value) && value >= 1, scope, `${name} must be an integer ≥ 1; got ${value}.`);
}

/** Kernels read where the shapes say: of a weight of another number of channels they would take what lies beside it. */
function checkShapes(scope: string, x: tf.Tensor, weight: tf.Tensor, layout: readonly [string, string]): void {
  const place = layout.indexOf("in") + 2;
  expect(
    x.rank === 4 && weight.rank === 4 && x.shape[3] === weight.shape[place],
    scope,
    () =>
      `x must be [batch, height, width, in] and weight [height, width, ${layout.join(", ")}]; ` +
      `got [${x.shape.join(", ")}] and [${weight.shape.join(", ")}].`,
  );
}

/**
 * Two-dimensional convolution (cross-correlation).
 * Output size by PyTorch's rule: ⌊(size + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1.
 *
 * @param x - [batch, height, width, in].
 * @param params - weight [kernelHeight, kernelWidth, in, out], bias [out].
 * @returns [batch, newHeight, newWidth, out].
 * @throws UsageError if the shapes do not go together, the padded image is smaller than the filter, or an option is unknown.
 * @see torch.nn.functional.conv2d (NCHW there).
 */
export function conv2d(x: tf.Tensor4D, { weight, bias }: LayerParams, options: ConvolutionOptions = {}): tf.Tensor4D {
  checkOptions("conv2d", options, ["stride", "padding", "dilation"]);
  const { stride = 1, padding = 0, dilation = 1 } = options;
  const pad = padOf("conv2d", padding);
  expectCount("conv2d", "stride", stride);
  expectCount("conv2d", "dilation", dilation);
  checkShapes("conv2d", x, weight, ["in", "out"]);
  if (padding !== "same") {
    const grown = [1, 2].map((axis) => x.shape[axis] + 2 * (padding === "valid" ? 0 : padding));
    const reach = [0, 1].map((axis) => (weight.shape[axis] - 1) * dilation + 1);
    expect(
      grown.every((size, axis) => size >= reach[axis]),
      "conv2d",
      () =>
        `the padded image of ${grown.join(" × ")} must hold the filter of ${reach.join(" × ")}. Pad more, or use a smaller filter.`,
    );
  }
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
 * @param params - weight [kernelHeight, kernelWidth, out, in], bias [out].
 * @returns [batch, newHeight, newWidth, out].
 * @throws UsageError if the shapes do not go together, nothing would be left of the image, or an option is unknown.
 * @see torch.nn.functional.conv_transpose2d (NCHW there).
 */
export function convTranspose2d(
  x: tf.Tensor4D,
  { weight, bias }: LayerParams,
  options: TransposedConvolutionOptions = {},
): tf.Tensor4D {
  checkOptions("convTranspose2d", options, ["stride", "padding", "outputPadding"]);
  const { stride = 1, padding = 0, outputPadding = 0 } = options;
  const pad = padOf("convTranspose2d", padding);
  expectCount("convTranspose2d", "stride", stride);
  checkShapes("convTranspose2d", x, weight, ["out", "in"]);
  expect(
    outputPadding === 0 || (padding !== "same" && Number.isInteger(outputPadding) && outputPadding > 0 && outputPadding < stride),
    "convTranspose2d",
    `outputPadding must be an integer from 0 to below the stride ${stride}; got ${outputPadding}. ` +
      'Its rows make up for what the forward convolution rounds off; padding: "same" has none.',
  );
  const [batch, height, width] = x.shape;
  const [kernelHeight, kernelWidth, out] = weight.shape;
  const grown = (size: number, kernel: number) => {
    if (padding === "same") return size * stride;
    return (size - 1) * stride - 2 * (padding === "valid" ? 0 : padding) + kernel + outputPadding;
  };
  const shape: [number, number, number, number] = [batch, grown(height, kernelHeight), grown(width, kernelWidth), out];
  expect(
    shape[1] > 0 && shape[2] > 0,
    "convTranspose2d",
    () => `the result would be ${shape[1]} × ${shape[2]} pixels. Pad less: padding takes pixels off here.`,
  );
  return tf.tidy(() => {
    const attributes = { strides: stride, pad, dataFormat: "NHWC", inputShape: shape } as unknown as tf.NamedAttrMap; // plain values
    const y = tf.engine().runKernel<tf.Tensor4D>("Conv2DBackpropInput", { dy: x, filter: weight }, attributes);
    return (bias ? tf.add(y, bias) : y) as tf.Tensor4D; // a bias of rank 1 keeps the rank
  });
}
