import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { activations } from "../ops/activation-functions.ts";
import { type ConvolutionAttributes, convolutionInfo } from "./convolution-info.ts";
import { addressOf, allocate, callKernel, defineWasmKernel, release, type WasmKernelCall } from "./heap.ts";
import { forwardTaps, forwardWindows, imageStrides } from "./products/convolution-windows.ts";
import { gatherProducts } from "./products/gather-product.ts";
import { samePaddingAsNumbers } from "./same-padding.ts";
import { callStock } from "./stock-kernels.ts";

function convolve(
  backend: BackendWasm,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  attributes: ConvolutionAttributes,
): tf.TensorInfo {
  const info = convolutionInfo(x.shape, filter.shape, attributes);
  const { outHeight, outWidth, outChannels, filterHeight, filterWidth, inChannels } = info;
  const out = allocate(backend, info.outShape);
  const from = addressOf(backend, filter);
  const depth = filterHeight * filterWidth * inChannels;
  gatherProducts(backend, [
    {
      windows: forwardWindows(info, addressOf(backend, x)),
      taps: forwardTaps(info),
      stretches: [{ from, depthBytes: 4 * outChannels, columnBytes: 4, depth, start: 0 }],
      columns: outChannels,
      target: { out: addressOf(backend, out), ...imageStrides(outHeight, outWidth, outChannels) },
    },
  ]);
  return out;
}

/**
 * Convolution as a product of its windows, read where they lie, and the packed filter.
 * Where the stock kernel computes zeros ("same" padding with a stride above the filter's size) this one is right.
 */
export const conv2D = defineWasmKernel<ConvolutionAttributes>("Conv2D", ({ inputs: { x, filter }, backend, attributes }) =>
  convolve(backend, x, filter, attributes),
);

interface FusedAttributes extends ConvolutionAttributes {
  readonly activation: string;
}

const INDEX_OF_LINEAR = activations.findIndex(({ name }) => name === "linear");
const INDEX_OF_RELU = activations.findIndex(({ name }) => name === "relu");

/** The same with a bias for each channel and relu or no activation; other fusions go to the stock kernel. */
export const fusedConv2D = defineWasmKernel<FusedAttributes>("FusedConv2D", (call: WasmKernelCall<FusedAttributes>) => {
  const { backend, attributes } = call;
  const { x, filter, bias } = call.inputs;
  const isRelu = attributes.activation === "relu";
  const isPlain = isRelu || attributes.activation === "linear";
  if (!isPlain || (bias && tf.util.sizeFromShape(bias.shape) !== filter.shape[3]))
    return callStock("FusedConv2D", samePaddingAsNumbers(call, false));
  const y = convolve(backend, x, filter, attributes);
  if (!bias && !isRelu) return y;
  const activation = isRelu ? INDEX_OF_RELU : INDEX_OF_LINEAR;
  const inputs: Record<string, tf.TensorInfo> = bias ? { x: y, bias } : { x: y };
  const out = callKernel("BiasAct", backend, inputs, { activation, alpha: 0, gain: 1, clamp: Number.POSITIVE_INFINITY });
  release(backend, y);
  return out;
});
