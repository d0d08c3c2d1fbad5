import { type ConvolutionAttributes, convolutionInfo } from "./convolution-info.ts";
import { addressOf, allocate, callKernel, defineWasmKernel, release } from "./heap.ts";
import { heapKernels } from "./heap-kernels.ts";

/**
 * dW of a convolution, as a convolution itself: with channels and batch exchanged, the input [in, height, width, batch] is
 * convolved with dy as a filter [outHeight, outWidth, batch, out], whose dilation is the forward stride. So XNNPACK's fast
 * forward kernel does the arithmetic, and only the layouts are ours.
 */
export const conv2DBackpropFilter = defineWasmKernel<ConvolutionAttributes & { filterShape: number[] }>(
  "Conv2DBackpropFilter",
  ({ inputs: { x, dy }, backend, attributes }) => {
    const { filterShape } = attributes;
    const info = convolutionInfo(x.shape, filterShape, attributes);
    const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth } = info;
    const { strideHeight, strideWidth } = info;
    const { top, left } = info.padInfo;
    // What the last window needs below and to the right; negative where the strides left rows or columns unused.
    const bottom = filterHeight + (outHeight - 1) * strideHeight - inHeight - top;
    const right = filterWidth + (outWidth - 1) * strideWidth - inWidth - left;
    const usedHeight = inHeight + Math.min(0, bottom);
    const usedWidth = inWidth + Math.min(0, right);

    const swapped = allocate(backend, [inChannels, usedHeight, usedWidth, batchSize]);
    const kernels = heapKernels(backend);
    const source = addressOf(backend, x);
    const target = addressOf(backend, swapped);
    for (let row = 0; row < usedHeight; row++)
      for (let column = 0; column < usedWidth; column++)
        kernels.transpose(
          source + 4 * (row * inWidth + column) * inChannels,
          target + 4 * (row * usedWidth + column) * batchSize,
          batchSize,
          inChannels,
          inHeight * inWidth * inChannels,
          usedHeight * usedWidth * batchSize,
        );

    const filter = allocate(backend, [outHeight, outWidth, batchSize, outChannels]);
    const pixels = outHeight * outWidth;
    for (let sample = 0; sample < batchSize; sample++)
      kernels.copyRows(
        addressOf(backend, dy) + 4 * sample * pixels * outChannels,
        addressOf(backend, filter) + 4 * sample * outChannels,
        pixels,
        outChannels,
        outChannels,
        batchSize * outChannels,
      );

    const swappedGradient = callKernel(
      "Conv2D",
      backend,
      { x: swapped, filter },
      {
        strides: 1,
        dilations: [strideHeight, strideWidth],
        dataFormat: "NHWC",
        pad: [
          [0, 0],
          [top, Math.max(0, bottom)],
          [left, Math.max(0, right)],
          [0, 0],
        ],
      },
    ); // [in, filterHeight, filterWidth, out]
    release(backend, swapped, filter);
    const gradient = allocate(backend, filterShape);
    const taps = filterHeight * filterWidth;
    for (let tap = 0; tap < taps; tap++)
      kernels.copyRows(
        addressOf(backend, swappedGradient) + 4 * tap * outChannels,
        addressOf(backend, gradient) + 4 * tap * inChannels * outChannels,
        inChannels,
        outChannels,
        taps * outChannels,
        outChannels,
      );
    release(backend, swappedGradient);
    return gradient;
  },
);
