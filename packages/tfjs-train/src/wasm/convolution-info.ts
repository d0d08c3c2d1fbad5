import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";

/** Attributes of Conv2D and its two backward kernels. `dilations` reaches the backward ones from our own gradients only. */
export interface ConvolutionAttributes {
  readonly strides: number | [number, number];
  readonly pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  readonly dataFormat: "NHWC" | "NCHW";
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  readonly dilations?: number | [number, number];
}

type Shape4 = [number, number, number, number];

/** Sizes of the forward convolution. @throws UsageError unless NHWC. */
export function convolutionInfo(
  inputShape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dataFormat, dimRoundingMode, dilations = 1 }: ConvolutionAttributes,
): tf.backend_util.Conv2DInfo {
  expect(dataFormat !== "NCHW", "conv2d", "the wasm backend takes NHWC only; got NCHW. Transpose before.");
  // The engine checked both ranks in the forward pass.
  return tf.backend_util.computeConv2DInfo(inputShape as Shape4, filterShape as Shape4, strides, dilations, pad, dimRoundingMode);
}
