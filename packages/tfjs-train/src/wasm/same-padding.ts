import * as tf from "@tensorflow/tfjs-core";
import { defineWasmKernel, type WasmKernel, type WasmKernelCall } from "./heap.ts";
import { callStock } from "./stock-kernels.ts";

type Shape4 = [number, number, number, number];
interface ForwardAttributes {
  readonly strides: number | [number, number];
  readonly pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  readonly dilations?: number | [number, number];
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** The call of a stock forward convolution with "same" padding given as explicit numbers. */
export function samePaddingAsNumbers(call: WasmKernelCall<ForwardAttributes>, isDepthwise: boolean): WasmKernelCall {
  const { pad, strides, dilations, dimRoundingMode } = call.attributes;
  if (pad !== "same") return call;
  const { x, filter } = call.inputs;
  // The engine checked both ranks before.
  const info = tf.backend_util.computeConv2DInfo(
    x.shape as Shape4,
    filter.shape as Shape4,
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    isDepthwise,
  );
  const { top, bottom, left, right } = info.padInfo;
  const explicit = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  return { ...call, attributes: { ...call.attributes, pad: explicit } };
}

/**
 * The stock forward convolutions leave rows of zeros where the padding is "same" and the filter is smaller than the stride
 * (XNNPACK works out that padding by itself, and underflows). Given as explicit numbers the same padding is computed right.
 */
export const samePaddingKernels: readonly WasmKernel[] = ["DepthwiseConv2dNative", "FusedDepthwiseConv2D"].map((name) =>
  defineWasmKernel<ForwardAttributes>(name, (call) => callStock(name, samePaddingAsNumbers(call, true))),
);
