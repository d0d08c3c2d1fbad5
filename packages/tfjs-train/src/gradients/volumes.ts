import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";
import { defineGradient, type GradientRule } from "./gradient-rule.ts";
import { placeAlong } from "./indexing.ts";
import { averagePoolGradient, maxPoolGradient, type PoolAttributes } from "./pooling.ts";

type Triple = [number, number, number];
type Shape5 = [number, number, number, number, number];

interface VolumeConvolutionAttributes {
  readonly strides: number | Triple;
  readonly pad: "same" | "valid";
  readonly dilations?: number | Triple;
}

/** One of the three axes of a convolution: sizes of input, filter and output, stride, and how much is padded in front. */
interface ConvolutionAxis {
  readonly size: number;
  readonly kernel: number;
  readonly outSize: number;
  readonly stride: number;
  readonly before: number;
}

function convolutionAxes(x: tf.Tensor, filter: tf.Tensor, { strides, pad, dilations = 1 }: VolumeConvolutionAttributes) {
  expect(
    [dilations].flat().every((gap) => gap === 1),
    "conv3d",
    `the gradient is there without dilations only; got ${dilations}. Spread zeros between the filter's taps instead.`,
  );
  const info = tf.backend_util.computeConv3DInfo(x.shape as Shape5, filter.shape as Shape5, strides, 1, pad); // the kernel checks the ranks
  const { front, top, left } = info.padInfo;
  const axes: readonly ConvolutionAxis[] = [
    { size: info.inDepth, kernel: info.filterDepth, outSize: info.outDepth, stride: info.strideDepth, before: front },
    { size: info.inHeight, kernel: info.filterHeight, outSize: info.outHeight, stride: info.strideHeight, before: top },
    { size: info.inWidth, kernel: info.filterWidth, outSize: info.outWidth, stride: info.strideWidth, before: left },
  ];
  return axes;
}

const convolve = (x: tf.Tensor, filter: tf.Tensor) => tf.conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, 1, "valid"); // volumes

/** dy with its entries a stride apart and room for the filter around them, convolved with the filter turned round. */
function volumeGradient(dy: tf.Tensor, filter: tf.Tensor, axes: readonly ConvolutionAxis[]): tf.Tensor {
  const spaced = axes.reduce(
    (placed, { size, kernel, stride, before }, i) => placeAlong(placed, i + 1, [kernel - 1 - before, stride, size + kernel - 1]),
    dy,
  );
  return convolve(spaced, tf.transpose(tf.reverse(filter, [0, 1, 2]), [0, 1, 2, 4, 3]));
}

/** The input convolved with dy, whose entries are a stride apart, batch and channels in each other's place. */
function volumeFilterGradient(x: tf.Tensor, dy: tf.Tensor, axes: readonly ConvolutionAxis[]): tf.Tensor {
  const needed = axes.map(({ outSize, stride, kernel }) => (outSize - 1) * stride + kernel);
  const padded = tf.pad(x, [
    [0, 0],
    ...axes.map(({ size, before }, i) => [before, Math.max(0, needed[i] - before - size)] as [number, number]),
    [0, 0],
  ]);
  const [batch, , , , channels] = x.shape;
  const input = tf.slice(padded, [0, 0, 0, 0, 0], [batch, ...needed, channels]);
  const spaced = axes.reduce(
    (placed, { outSize, stride }, i) => placeAlong(placed, i + 1, [0, stride, (outSize - 1) * stride + 1]),
    dy,
  );
  const product = convolve(tf.transpose(input, [4, 1, 2, 3, 0]), tf.transpose(spaced, [1, 2, 3, 0, 4])); // [in, …kernel, out]
  return tf.transpose(product, [1, 2, 3, 0, 4]);
}

/** Made of forward convolutions: the stock backward kernels of wasm are wrong (tfjs 4.22). */
const convolutionGradients: readonly GradientRule[] = [
  defineGradient<VolumeConvolutionAttributes>("Conv3D", ["x", "filter"], (dy, [x, filter], attributes) => {
    const axes = convolutionAxes(x, filter, attributes);
    return {
      x: () => volumeGradient(dy, filter, axes),
      filter: () => volumeFilterGradient(x, dy, axes),
    };
  }),
];

interface VolumePoolAttributes {
  readonly filterSize: number | Triple;
  readonly strides: number | Triple;
  readonly pad: "same" | "valid" | number;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** A pool over volumes is one over each slice, then one over depth; the images and attributes of both. */
function separated(shape: Shape5, { filterSize, strides, pad, dimRoundingMode }: VolumePoolAttributes) {
  const [batch, depth, height, width, channels] = shape;
  const info = tf.backend_util.computePool3DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  const { front, back, top, bottom, left, right } = info.padInfo;
  const padding = (...sizes: [number, number][]): tf.backend_util.ExplicitPadding => [[0, 0], sizes[0], sizes[1], [0, 0]];
  const slices: PoolAttributes = {
    filterSize: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    pad: padding([top, bottom], [left, right]),
    dimRoundingMode,
  };
  const columns: PoolAttributes = {
    filterSize: [info.filterDepth, 1],
    strides: [info.strideDepth, 1],
    pad: padding([front, back], [0, 0]),
    dimRoundingMode,
  };
  const sliceShape = [batch * depth, height, width, channels] as const;
  const columnShape = [batch, depth, info.outHeight * info.outWidth, channels] as const;
  const pooledSliceShape = [batch * depth, info.outHeight, info.outWidth, channels] as const;
  const pooledColumnShape = [batch, info.outDepth, info.outHeight * info.outWidth, channels] as const;
  return { slices, columns, sliceShape, columnShape, pooledSliceShape, pooledColumnShape };
}

const shaped = (x: tf.Tensor, shape: readonly [number, number, number, number]): tf.Tensor4D => tf.reshape(x, [...shape]);

const poolGradients: readonly GradientRule[] = [
  defineGradient<VolumePoolAttributes>("AvgPool3D", ["x"], (dy, [x], attributes) => ({
    x: () => {
      const parts = separated(x.shape as Shape5, attributes); // the kernel takes volumes only
      const { sliceShape, columnShape, pooledSliceShape, pooledColumnShape } = parts;
      const bySlice = averagePoolGradient(shaped(dy, pooledColumnShape), columnShape, parts.columns);
      return tf.reshape(averagePoolGradient(shaped(bySlice, pooledSliceShape), sliceShape, parts.slices), x.shape);
    },
  })),
  defineGradient<VolumePoolAttributes>("MaxPool3D", ["x"], (dy, [x], attributes) => ({
    x: () => {
      const parts = separated(x.shape as Shape5, attributes); // as above
      const { sliceShape, columnShape, pooledSliceShape, pooledColumnShape } = parts;
      const { filterSize, strides, pad, dimRoundingMode } = parts.slices;
      const slices = shaped(x, sliceShape);
      const maxima = tf.maxPool(slices, filterSize, strides, pad, dimRoundingMode);
      const byMaximum = maxPoolGradient(shaped(dy, pooledColumnShape), shaped(maxima, columnShape), parts.columns);
      return tf.reshape(maxPoolGradient(shaped(byMaximum, pooledSliceShape), slices, parts.slices), x.shape);
    },
  })),
];

export const volumeGradients: readonly GradientRule[] = [...convolutionGradients, ...poolGradients];
