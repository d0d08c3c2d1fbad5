import { type ConvolutionAttributes, convolutionInfo } from "./convolution-info.ts";
import { addressOf, allocate, defineWasmKernel } from "./heap.ts";
import { forwardTaps, forwardWindows, imageStrides } from "./products/convolution-windows.ts";
import { gatherProduct } from "./products/gather-product.ts";

/**
 * Convolution as a product of its windows, read where they lie, and the packed filter.
 * Where the stock kernel computes zeros ("same" padding with a stride above the filter's size) this one is right.
 */
export const conv2D = defineWasmKernel<ConvolutionAttributes>("Conv2D", ({ inputs: { x, filter }, backend, attributes }) => {
  const info = convolutionInfo(x.shape, filter.shape, attributes);
  const { outHeight, outWidth, outChannels, filterHeight, filterWidth, inChannels } = info;
  const out = allocate(backend, info.outShape);
  const columnsBytes = 4 * outChannels;
  gatherProduct(backend, {
    windows: forwardWindows(info, addressOf(backend, x)),
    taps: forwardTaps(info),
    stretches: [
      {
        from: addressOf(backend, filter),
        depthBytes: columnsBytes,
        columnBytes: 4,
        depth: filterHeight * filterWidth * inChannels,
        start: 0,
      },
    ],
    columns: outChannels,
    target: { out: addressOf(backend, out), ...imageStrides(outHeight, outWidth, outChannels) },
  });
  return out;
});
