import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";
import { type ConvolutionAttributes, convolutionInfo } from "./convolution-info.ts";
import { addressOf, allocate, defineWasmKernel } from "./heap.ts";
import { axisPhases } from "./products/axis-phases.ts";
import { imageStrides } from "./products/convolution-windows.ts";
import { type GatherProduct, gatherProducts } from "./products/gather-product.ts";

/**
 * dx of a convolution (and the forward pass of a transposed one), phase by phase: an ordinary convolution of dy with the taps that
 * reach the phase, whose results go straight to every stride-th place of dx.
 */
export const conv2DBackpropInput = defineWasmKernel<ConvolutionAttributes & { inputShape: number[] }>(
  "Conv2DBackpropInput",
  ({ inputs: { dy, filter }, backend, attributes }) => {
    const info = convolutionInfo(attributes.inputShape, filter.shape, attributes);
    // tf.conv2dTranspose takes the shape of its result as it is given.
    expect(
      tf.util.arraysEqual(dy.shape, info.outShape),
      "conv2dTranspose",
      () =>
        `a result of [${info.inShape.join(", ")}] belongs to images of [${info.outShape.join(", ")}]; got [${dy.shape.join(", ")}].`,
    );
    const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth } = info;
    const { strideHeight, strideWidth, dilationHeight, dilationWidth, padInfo } = info;
    const dx = allocate(backend, attributes.inputShape);
    const source = addressOf(backend, dy);
    const weights = addressOf(backend, filter);
    const { imageBytes, lineBytes, pixelBytes } = imageStrides(inHeight, inWidth, inChannels);
    const rows = axisPhases({
      stride: strideHeight,
      padBefore: padInfo.top,
      dilation: dilationHeight,
      size: inHeight,
      kernel: filterHeight,
    });
    const columns = axisPhases({
      stride: strideWidth,
      padBefore: padInfo.left,
      dilation: dilationWidth,
      size: inWidth,
      kernel: filterWidth,
    });
    const products = rows.flatMap((row) =>
      columns.map((column): GatherProduct => {
        const taps = row.taps.flatMap((y) => column.taps.map((x) => ({ y, x })));
        return {
          windows: {
            source,
            ...imageStrides(outHeight, outWidth, outChannels),
            ...{ lines: outHeight, pixels: outWidth, batch: batchSize },
            ...{ countY: row.count, countX: column.count, stepY: 1, stepX: 1 },
          },
          taps: taps.map(({ y, x }, i) => {
            return { y: y.shift, x: x.shift, offset: 0, depth: outChannels, start: i * outChannels };
          }),
          // Each tap [in, out] is read as [out, in].
          stretches: taps.map(({ y, x }, i) => ({
            from: weights + 4 * (y.tap * filterWidth + x.tap) * inChannels * outChannels,
            ...{ depthBytes: 4, columnBytes: 4 * outChannels, depth: outChannels, start: i * outChannels },
          })),
          columns: inChannels,
          target: {
            out: addressOf(backend, dx) + row.phase * lineBytes + column.phase * pixelBytes,
            imageBytes,
            lineBytes: strideHeight * lineBytes,
            pixelBytes: strideWidth * pixelBytes,
          },
        };
      }),
    );
    gatherProducts(backend, products);
    return dx;
  },
);
