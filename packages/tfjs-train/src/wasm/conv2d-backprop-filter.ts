import { type ConvolutionAttributes, convolutionInfo } from "./convolution-info.ts";
import { addressOf, allocate, defineWasmKernel } from "./heap.ts";
import { forwardTaps, forwardWindows } from "./products/convolution-windows.ts";
import { transposedProduct } from "./products/transposed-product.ts";

/** dW of a convolution: for each tap, the transposed pixels that it reads times dy. */
export const conv2DBackpropFilter = defineWasmKernel<ConvolutionAttributes & { filterShape: number[] }>(
  "Conv2DBackpropFilter",
  ({ inputs: { x, dy }, backend, attributes }) => {
    const info = convolutionInfo(x.shape, attributes.filterShape, attributes);
    const gradient = allocate(backend, attributes.filterShape);
    transposedProduct(backend, {
      windows: forwardWindows(info, addressOf(backend, x)),
      taps: forwardTaps(info),
      channels: info.inChannels,
      right: { images: addressOf(backend, dy) },
      columns: info.outChannels,
      out: addressOf(backend, gradient),
    });
    return gradient;
  },
);
