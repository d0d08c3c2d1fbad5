import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { addressOf, allocate, defineWasmKernel, release, viewAs } from "./heap.ts";
import { heapKernels } from "./heap-kernels.ts";
import { tapKernels } from "./tap-kernels.ts";
import { tapTable } from "./tap-table.ts";
import { loadTables } from "./tap-tables-in-heap.ts";

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

type Shape4 = [number, number, number, number];

interface DepthwiseAttributes {
  readonly strides: number | [number, number];
  readonly dilations?: number | [number, number];
  readonly pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

function infoOf(inputShape: readonly number[], filterShape: readonly number[], attributes: DepthwiseAttributes) {
  const { strides, dilations = 1, pad, dimRoundingMode } = attributes;
  // The engine checked both ranks in the forward pass.
  return tf.backend_util.computeConv2DInfo(
    inputShape as Shape4,
    filterShape as Shape4,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    true,
  );
}

/** [outer, channels, multiplier] as `multiplier` planes [outer, channels]; the tensor itself if there is only one. */
function splitMultiplier(backend: BackendWasm, x: tf.TensorInfo, multiplier: number): tf.TensorInfo {
  if (multiplier === 1) return x;
  const rows = tf.util.sizeFromShape(x.shape) / multiplier;
  const planes = allocate(backend, [multiplier, rows]);
  heapKernels(backend).transpose(addressOf(backend, x), addressOf(backend, planes), rows, multiplier, multiplier, rows);
  return planes;
}

/**
 * dx of a depthwise convolution: each pixel of dx gathers the windows that it lay in, so that every value is written once.
 * With a channel multiplier the contributions of its outputs are added one after the other.
 */
export const depthwiseBackpropInput = defineWasmKernel<DepthwiseAttributes & { inputShape: number[] }>(
  "DepthwiseConv2dNativeBackpropInput",
  ({ inputs: { dy, filter }, backend, attributes }) => {
    const info = infoOf(attributes.inputShape, filter.shape, attributes);
    const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth } = info;
    const multiplier = filter.shape[3];
    const [gradients, weights] = [dy, filter].map((tensor) => splitMultiplier(backend, tensor, multiplier));
    const dx = allocate(backend, attributes.inputShape);
    const pixel = inChannels * FLOAT;
    // Tap k of the forward pass reads i·stride + k·dilation − pad; turned round, i = (place − (taps − 1)·dilation + pad + k'·dilation) / stride.
    const rows = tapTable(
      {
        inSize: outHeight,
        outSize: inHeight,
        up: info.strideHeight,
        down: 1,
        padBefore: (filterHeight - 1) * info.dilationHeight - info.padInfo.top,
        taps: filterHeight,
        dilation: info.dilationHeight,
        isFlipped: true,
      },
      outWidth * pixel,
      filterWidth * pixel,
    );
    const columns = tapTable(
      {
        inSize: outWidth,
        outSize: inWidth,
        up: info.strideWidth,
        down: 1,
        padBefore: (filterWidth - 1) * info.dilationWidth - info.padInfo.left,
        taps: filterWidth,
        dilation: info.dilationWidth,
        isFlipped: true,
      },
      pixel,
      pixel,
    );
    const tables = loadTables(backend, [rows.table, columns.table, 2 * rows.most * columns.most]);
    const [rowsAt, columnsAt, list] = tables.addresses;
    const plane = batchSize * outHeight * outWidth * pixel;
    for (let q = 0; q < multiplier; q++)
      tapKernels(backend).filterTapsByChannel(
        ...([addressOf(backend, gradients) + q * plane, addressOf(backend, dx), batchSize, plane / batchSize] as const),
        ...([inHeight, inWidth, inChannels, rowsAt, columnsAt] as const),
        ...([addressOf(backend, weights) + q * filterHeight * filterWidth * pixel, list, q > 0 ? 1 : 0] as const),
      );
    release(backend, tables.tensor, ...(multiplier > 1 ? [gradients, weights] : []));
    return dx;
  },
);

/** dW of a depthwise convolution: products of x and dy, summed over the windows of a row first and over rows then. */
export const depthwiseBackpropFilter = defineWasmKernel<DepthwiseAttributes & { filterShape: number[] }>(
  "DepthwiseConv2dNativeBackpropFilter",
  ({ inputs: { x, dy }, backend, attributes }) => {
    const { filterShape } = attributes;
    const info = infoOf(x.shape, filterShape, attributes);
    const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth } = info;
    const multiplier = filterShape[3];
    const gradients = splitMultiplier(backend, dy, multiplier);
    const taps = filterHeight * filterWidth;
    const planes = allocate(backend, [multiplier, taps * inChannels]);
    for (let q = 0; q < multiplier; q++)
      tapKernels(backend).depthwiseFilterGradient(
        addressOf(backend, x),
        addressOf(backend, gradients) + q * batchSize * outHeight * outWidth * inChannels * FLOAT,
        addressOf(backend, planes) + q * taps * inChannels * FLOAT,
        ...([batchSize, inHeight, inWidth, outHeight, outWidth, inChannels, filterHeight, filterWidth] as const),
        ...([info.strideHeight, info.strideWidth, info.dilationHeight, info.dilationWidth] as const),
        ...([info.padInfo.top, info.padInfo.left] as const),
      );
    if (multiplier === 1) return viewAs(planes, filterShape);
    const dw = allocate(backend, filterShape);
    const rows = taps * inChannels;
    heapKernels(backend).transpose(addressOf(backend, planes), addressOf(backend, dw), multiplier, rows, rows, multiplier);
    release(backend, gradients, planes);
    return dw;
  },
);
