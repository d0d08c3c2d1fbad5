import * as tf from "@tensorflow/tfjs-core";
import { defineGradient, type GradientRule, runKernel, zeroGradient } from "./gradient-rule.ts";
import { type ResizeKind, resizeMatrix } from "./resize-matrix.ts";

interface PoolAttributes {
  filterSize: number | [number, number];
  strides: number | [number, number];
  pad: "same" | "valid" | number | tf.backend_util.ExplicitPadding;
  dimRoundingMode?: "floor" | "round" | "ceil";
}
type Image = tf.Tensor4D;

/**
 * Average pooling with padding, made of the one without: pad, pool, and divide by the number of real pixels in each window.
 * (The stock backward kernel of cpu and wasm divides by the window's area at the borders too, which is wrong.)
 */
function averagePoolGradient(dy: tf.Tensor, x: Image, { filterSize, strides, pad, dimRoundingMode }: PoolAttributes): tf.Tensor {
  const info = tf.backend_util.computePool2DInfo(x.shape, filterSize, strides, 1, pad, dimRoundingMode);
  const { top, bottom, left, right } = info.padInfo;
  const valid = { filterSize, strides, pad: "valid", dimRoundingMode };
  if (top + bottom + left + right === 0) return runKernel("AvgPoolGrad", { dy, input: x }, valid);
  const share = (size: number, filter: number, stride: number, before: number, count: number) =>
    Array.from({ length: count }, (_, i) => {
      const start = i * stride - before;
      return filter / Math.max(1, Math.min(start + filter, size) - Math.max(start, 0));
    });
  const rows = share(info.inHeight, info.filterHeight, info.strideHeight, top, info.outHeight);
  const columns = share(info.inWidth, info.filterWidth, info.strideWidth, left, info.outWidth);
  const weights = tf.tensor(
    rows.flatMap((row) => columns.map((column) => row * column)),
    [1, info.outHeight, info.outWidth, 1],
  );
  // What the strides do not reach is cut off again below.
  const height = Math.max(info.inHeight + top + bottom, (info.outHeight - 1) * info.strideHeight + info.filterHeight);
  const width = Math.max(info.inWidth + left + right, (info.outWidth - 1) * info.strideWidth + info.filterWidth);
  const padded = tf.zeros<tf.Rank.R4>([info.batchSize, height, width, info.inChannels]);
  const gradient = runKernel("AvgPoolGrad", { dy: tf.mul(dy, weights), input: padded }, valid);
  return tf.slice(gradient, [0, top, left, 0], x.shape);
}

/** For each pooled value, the flat index of the pixel that it is. */
function argmaxOf(x: tf.Tensor, { filterSize, strides, pad }: PoolAttributes): tf.Tensor1D {
  if (typeof pad !== "string" && pad !== 0)
    throw new Error('[maxPool] second derivatives are built for pad "same", "valid" and 0.');
  const { indexes } = tf.maxPoolWithArgmax(x as Image, filterSize, strides, pad === 0 ? "valid" : pad, true) as {
    indexes: tf.Tensor;
  };
  return tf.cast(tf.reshape(indexes, [indexes.size]), "int32");
}

function resizeGradient(kernel: string, kind: ResizeKind): GradientRule {
  return defineGradient<{ alignCorners: boolean; halfPixelCenters: boolean }>(kernel, ["images"], (dy, [images], options) => ({
    images: () => {
      const [batch, height, width, channels] = images.shape;
      const [, newHeight, newWidth] = dy.shape;
      // A resize is linear and separable: rows times columns. Its adjoint is the product with both matrices transposed.
      const rows = tf.tensor2d(resizeMatrix(kind, height, newHeight, options), [newHeight, height]);
      const columns = tf.tensor2d(resizeMatrix(kind, width, newWidth, options), [newWidth, width]);
      const byRow = tf.matMul(rows, tf.reshape(dy, [batch, newHeight, newWidth * channels]), true); // [batch, height, newWidth·channels]
      const byColumn = tf.matMul(columns, tf.reshape(byRow, [batch * height, newWidth, channels]), true);
      return tf.reshape(byColumn, [batch, height, width, channels]);
    },
  }));
}

export const samplingGradients: readonly GradientRule[] = [
  defineGradient<PoolAttributes>("AvgPool", ["x"], (dy, [x], attributes) => ({
    x: () => averagePoolGradient(dy, x as Image, attributes), // AvgPool takes images only
  })),
  // Only reached through the rule above, so the padding is always "valid".
  defineGradient<PoolAttributes>("AvgPoolGrad", ["input"], (ddx, [input], { filterSize, strides }) => ({
    dy: () => tf.avgPool(ddx as Image, filterSize, strides, "valid"), // of the input's shape, an image
    input: zeroGradient(input),
  })),
  defineGradient<PoolAttributes>("MaxPool", ["x"], (dy, [x], attributes) => ({
    x: () => {
      const { filterSize, strides, pad, dimRoundingMode } = attributes;
      const output = tf.maxPool(x as Image, filterSize, strides, pad as "same", dimRoundingMode); // x is an image; every pad goes through unchanged
      return runKernel("MaxPoolGrad", { dy, input: x, output }, { ...attributes });
    },
  })),
  defineGradient<PoolAttributes>("MaxPoolGrad", ["dy", "input", "output"], (ddx, [dy, input, output], attributes) => ({
    dy: () => tf.reshape(tf.gather(tf.reshape(ddx, [ddx.size]), argmaxOf(input, attributes)), dy.shape),
    input: zeroGradient(input),
    output: zeroGradient(output),
  })),
  resizeGradient("ResizeBilinear", "bilinear"),
  resizeGradient("ResizeNearestNeighbor", "nearest"),
];
