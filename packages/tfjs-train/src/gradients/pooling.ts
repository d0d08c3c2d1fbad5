import * as tf from "@tensorflow/tfjs-core";
import { defineGradient, type GradientRule, runKernel, zeroGradient } from "./gradient-rule.ts";
import { locallyConstant } from "./history.ts";

export interface PoolAttributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: "same" | "valid" | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}
type Image = tf.Tensor4D;
type Shape4 = readonly [number, number, number, number];

const shapeOf = (x: tf.Tensor): Shape4 => x.shape as [number, number, number, number]; // pools take images only

/** Margins and size of the image in which every window of the pool lies; a pool "valid" there gives the same windows. */
export function paddedFrame(shape: Shape4, { filterSize, strides, pad, dimRoundingMode }: PoolAttributes) {
  const info = tf.backend_util.computePool2DInfo([...shape], filterSize, strides, 1, pad, dimRoundingMode);
  const { top, left } = info.padInfo;
  // What the strides do not reach of the image is in the frame too.
  const height = Math.max(info.inHeight + top, (info.outHeight - 1) * info.strideHeight + info.filterHeight);
  const width = Math.max(info.inWidth + left, (info.outWidth - 1) * info.strideWidth + info.filterWidth);
  return { info, top, left, height, width, isWhole: height === info.inHeight && width === info.inWidth };
}

/** What the average over a whole window is multiplied by where only part of it is pixels, [1, outHeight, outWidth, 1]. */
export function windowWeights(info: tf.backend_util.Conv2DInfo): tf.Tensor {
  const share = (size: number, filter: number, stride: number, before: number, count: number) =>
    Array.from({ length: count }, (_, i) => {
      const start = i * stride - before;
      return filter / Math.max(1, Math.min(start + filter, size) - Math.max(start, 0));
    });
  const rows = share(info.inHeight, info.filterHeight, info.strideHeight, info.padInfo.top, info.outHeight);
  const columns = share(info.inWidth, info.filterWidth, info.strideWidth, info.padInfo.left, info.outWidth);
  return tf.tensor(
    rows.flatMap((row) => columns.map((column) => row * column)),
    [1, info.outHeight, info.outWidth, 1],
  );
}

/**
 * Average pooling with padding, made of the one without: pad, pool, and divide by the number of real pixels in each window.
 * (The stock backward kernel of cpu and wasm divides by the window's area at the borders too, which is wrong.)
 */
export function averagePoolGradient(dy: tf.Tensor, shape: Shape4, attributes: PoolAttributes): tf.Tensor {
  const { info, top, left, height, width, isWhole } = paddedFrame(shape, attributes);
  const { filterSize, strides } = attributes;
  const frame = tf.zeros<tf.Rank.R4>([info.batchSize, height, width, info.inChannels]);
  const valid = { filterSize, strides, pad: "valid" };
  if (isWhole) return runKernel("AvgPoolGrad", { dy, input: frame }, valid);
  const gradient = runKernel("AvgPoolGrad", { dy: tf.mul(dy, windowWeights(info)), input: frame }, valid);
  return tf.slice(gradient, [0, top, left, 0], [...shape]);
}

/** Each dy to the first largest pixel of its window. Margins that are neither "same" nor "valid" are filled with −∞ first. */
export function maxPoolGradient(dy: tf.Tensor, x: Image, attributes: PoolAttributes): tf.Tensor {
  const { filterSize, strides, pad } = attributes;
  if (pad === "same" || pad === "valid") return toMaxima(dy, x, { filterSize, strides, pad });
  const { top, left, height, width, isWhole } = paddedFrame(shapeOf(x), attributes);
  const valid = { filterSize, strides, pad: "valid" } as const;
  if (isWhole) return toMaxima(dy, x, valid);
  const frame = framed(x, { top, left, height, width }, Number.NEGATIVE_INFINITY);
  return tf.slice(toMaxima(dy, frame, valid), [0, top, left, 0], x.shape);
}

interface Frame {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** The image in a larger one whose margins hold `value`. */
export function framed(x: Image, { top, left, height, width }: Frame, value: number): Image {
  return tf.pad(
    x,
    [
      [0, 0],
      [top, height - top - x.shape[1]],
      [left, width - left - x.shape[2]],
      [0, 0],
    ],
    value,
  );
}

interface NamedPadding {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: "same" | "valid";
}

/** Adds each dy where the maximum was. (Not by the kernel MaxPoolGrad, which on wasm takes the last of several maxima, and is no faster.) */
function toMaxima(dy: tf.Tensor, input: Image, { filterSize, strides, pad }: NamedPadding): tf.Tensor {
  const places = locallyConstant(input, () => {
    const { indexes } = tf.maxPoolWithArgmax(input, filterSize, strides, pad, true) as { indexes: tf.Tensor };
    return tf.cast(tf.reshape(indexes, [dy.size]), "int32") as tf.Tensor1D; // reshaped to rank 1
  });
  return tf.reshape(tf.unsortedSegmentSum(tf.reshape(dy, [dy.size]), places, input.size), input.shape);
}

export const poolingGradients: readonly GradientRule[] = [
  defineGradient<PoolAttributes>("AvgPool", ["x"], (dy, [x], attributes) => ({
    x: () => averagePoolGradient(dy, shapeOf(x), attributes),
  })),
  // Only reached through the rule above, so the padding is always "valid".
  defineGradient<PoolAttributes>("AvgPoolGrad", ["input"], (ddx, [input], { filterSize, strides }) => ({
    dy: () => tf.avgPool(ddx as Image, filterSize, strides, "valid"), // of the input's shape, an image
    input: zeroGradient(input),
  })),
  defineGradient<PoolAttributes>("MaxPool", ["x"], (dy, [x], attributes) => ({
    x: () => maxPoolGradient(dy, x as Image, attributes), // as above
  })),
  // The kernel has two outputs: dy is a list, whose second entry belongs to the indices.
  defineGradient<PoolAttributes>("MaxPoolWithArgmax", ["x"], (dys, [x], attributes) => ({
    x: () => maxPoolGradient([dys].flat()[0], x as Image, attributes), // as above
  })),
];
