import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type * as tf from "@tensorflow/tfjs-core";
import { type Phase, phasesOf } from "../convolution-phases.ts";
import { type ConvolutionAttributes, convolutionInfo } from "./convolution-info.ts";
import { addressOf, allocate, callKernel, defineWasmKernel, release, viewAs } from "./heap.ts";
import { heapKernels } from "./heap-kernels.ts";

/** One pixel of dy to a whole image: a matrix product, [batch, out] × [out, height·width·in]. */
function spread(backend: BackendWasm, dy: tf.TensorInfo, filter: tf.TensorInfo, inputShape: readonly number[]): tf.TensorInfo {
  const [height, width, inChannels, outChannels] = filter.shape;
  const size = height * width * inChannels;
  const turned = allocate(backend, [1, outChannels, size]);
  heapKernels(backend).transpose(addressOf(backend, filter), addressOf(backend, turned), size, outChannels, outChannels, size);
  const a = viewAs(dy, [1, inputShape[0], outChannels]);
  const product = callKernel("BatchMatMul", backend, { a, b: turned }, { transposeA: false, transposeB: false });
  release(backend, turned);
  return viewAs(product, inputShape);
}

/**
 * dx of a convolution (and the forward pass of a transposed one), phase by phase: an ordinary convolution of dy with every
 * stride-th tap of the filter, turned round, whose pixels go to every stride-th place of dx.
 */
export const conv2DBackpropInput = defineWasmKernel<ConvolutionAttributes & { inputShape: number[] }>(
  "Conv2DBackpropInput",
  ({ inputs: { dy, filter }, backend, attributes }) => {
    const { inputShape } = attributes;
    const info = convolutionInfo(inputShape, filter.shape, attributes);
    const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth } = info;
    const { strideHeight, strideWidth, padInfo } = info;
    const kernels = heapKernels(backend);
    const isWholeImage = outHeight === 1 && outWidth === 1 && inHeight === filterHeight && inWidth === filterWidth;
    if (isWholeImage && padInfo.top === 0 && padInfo.left === 0) return spread(backend, dy, filter, inputShape);
    const isOnePhase = strideHeight === 1 && strideWidth === 1;
    const dx = isOnePhase ? undefined : allocate(backend, inputShape);

    /** The taps of one phase, turned round, with in and out exchanged: [taps, taps, out, in]. */
    const phaseFilter = (rows: Phase, columns: Phase): tf.TensorInfo => {
      const turned = allocate(backend, [rows.numTaps, columns.numTaps, outChannels, inChannels]);
      const tapSize = inChannels * outChannels;
      for (let u = 0; u < rows.numTaps; u++)
        for (let v = 0; v < columns.numTaps; v++) {
          const tapRow = rows.firstTap + strideHeight * (rows.numTaps - 1 - u);
          const tapColumn = columns.firstTap + strideWidth * (columns.numTaps - 1 - v);
          kernels.transpose(
            addressOf(backend, filter) + 4 * (tapRow * filterWidth + tapColumn) * tapSize,
            addressOf(backend, turned) + 4 * (u * columns.numTaps + v) * tapSize,
            inChannels,
            outChannels,
            outChannels,
            inChannels,
          );
        }
      return turned;
    };

    /** Puts the pixels of one phase where they belong in dx; without pixels, zeros. */
    const scatter = (rows: Phase, columns: Phase, pixels: tf.TensorInfo | undefined): void => {
      if (!dx) return;
      const step = strideWidth * inChannels;
      const source = pixels ? addressOf(backend, pixels) : 0;
      for (let line = 0; line < batchSize * rows.count; line++) {
        const sample = Math.floor(line / rows.count);
        const row = rows.phase + (line % rows.count) * strideHeight;
        const target = addressOf(backend, dx) + 4 * ((sample * inHeight + row) * inWidth + columns.phase) * inChannels;
        if (pixels)
          kernels.copyRows(source + 4 * line * columns.count * inChannels, target, columns.count, inChannels, inChannels, step);
        else kernels.fillRows(target, columns.count, inChannels, step);
      }
    };

    const rowPhases = phasesOf({
      stride: strideHeight,
      padBefore: padInfo.top,
      size: inHeight,
      kernel: filterHeight,
      outSize: outHeight,
    });
    const columnPhases = phasesOf({
      stride: strideWidth,
      padBefore: padInfo.left,
      size: inWidth,
      kernel: filterWidth,
      outSize: outWidth,
    });
    for (const rows of rowPhases)
      for (const columns of columnPhases) {
        if (rows.numTaps === 0 || columns.numTaps === 0) {
          scatter(rows, columns, undefined);
          continue;
        }
        const cut = [Math.max(0, -rows.low), Math.max(0, -rows.high), Math.max(0, -columns.low), Math.max(0, -columns.high)];
        const isCut = cut.some((size) => size > 0);
        const begin = [0, cut[0], cut[2], 0];
        const size = [batchSize, outHeight - cut[0] - cut[1], outWidth - cut[2] - cut[3], outChannels];
        if (size[1] <= 0 || size[2] <= 0) {
          scatter(rows, columns, undefined); // no window touches this phase
          continue;
        }
        const turned = phaseFilter(rows, columns);
        const source = isCut ? callKernel("Slice", backend, { x: dy }, { begin, size }) : dy;
        const pad = [
          [0, 0],
          [Math.max(0, rows.low), Math.max(0, rows.high)],
          [Math.max(0, columns.low), Math.max(0, columns.high)],
          [0, 0],
        ];
        const pixels = callKernel(
          "Conv2D",
          backend,
          { x: source, filter: turned },
          { strides: 1, dilations: 1, dataFormat: "NHWC", pad },
        );
        release(backend, turned, ...(isCut ? [source] : []));
        if (!dx) return viewAs(pixels, inputShape);
        scatter(rows, columns, pixels);
        release(backend, pixels);
      }
    if (!dx) {
      // Stride 1 and no window at all: the gradient is zero.
      const zeros = allocate(backend, inputShape);
      kernels.fillRows(
        addressOf(backend, zeros),
        1,
        inputShape.reduce((a, b) => a * b, 1),
        0,
      );
      return zeros;
    }
    return dx;
  },
);
