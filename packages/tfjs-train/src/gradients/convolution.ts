import * as tf from "@tensorflow/tfjs-core";
import { defineGradient, type GradientRule, ownCopy, runKernel, unbroadcast } from "./gradient-rule.ts";

type Pad = "same" | "valid" | number | [number, number][];

/** Attributes of Conv2D and of its two backward kernels (dilations on wasm only: elsewhere these do not know them). */
interface ConvolutionAttributes {
  strides: number | [number, number];
  pad: Pad;
  dataFormat: "NHWC" | "NCHW";
  dimRoundingMode?: "floor" | "round" | "ceil";
  dilations?: number | [number, number];
}
type Shape4 = [number, number, number, number];

const shape4 = (x: tf.Tensor): Shape4 => x.shape as Shape4; // convolution kernels check the rank
const pairOf = (value: number | [number, number] | undefined): [number, number] =>
  value === undefined ? [1, 1] : typeof value === "number" ? [value, value] : value;

/** Zeros between the taps: a convolution with this filter and no dilation is the dilated one. */
function dilateFilter(filter: tf.Tensor, [dh, dw]: [number, number]): tf.Tensor {
  const [kh, kw, a, b] = shape4(filter);
  if (dh === 1 && dw === 1) return filter;
  const spaced = tf.pad(tf.reshape(filter, [kh, 1, kw, 1, a * b]), [
    [0, 0],
    [0, dh - 1],
    [0, 0],
    [0, dw - 1],
    [0, 0],
  ]);
  return tf.slice(tf.reshape(spaced, [kh * dh, kw * dw, a, b]), [0, 0, 0, 0], [(kh - 1) * dh + 1, (kw - 1) * dw + 1, a, b]);
}

/** Adjoint of {@link dilateFilter}: the taps without what lies between. */
function undilateFilter(filter: tf.Tensor, [kh, kw, a, b]: Shape4, [dh, dw]: [number, number]): tf.Tensor {
  if (dh === 1 && dw === 1) return filter;
  const padded = tf.pad(filter, [
    [0, dh - 1],
    [0, dw - 1],
    [0, 0],
    [0, 0],
  ]);
  return tf.reshape(tf.slice(tf.reshape(padded, [kh, dh, kw, dw, a * b]), [0, 0, 0, 0, 0], [kh, 1, kw, 1, a * b]), [
    kh,
    kw,
    a,
    b,
  ]);
}

const dilatedShape = ([kh, kw, a, b]: Shape4, [dh, dw]: [number, number]): Shape4 => [(kh - 1) * dh + 1, (kw - 1) * dw + 1, a, b];

const conv2DGradient = defineGradient<ConvolutionAttributes>("Conv2D", ["x", "filter"], (dy, [x, filter], attributes) => {
  const { dilations, ...rest } = attributes;
  const gaps = pairOf(dilations);
  const filterShape = shape4(filter);
  // The backward kernels of wasm know dilations; those of other backends are given a filter with zeros between its taps.
  if (tf.getBackend() === "wasm") {
    const dilated = { ...rest, dilations: gaps };
    return {
      x: () => runKernel("Conv2DBackpropInput", { dy, filter }, { ...dilated, inputShape: x.shape }),
      filter: () => runKernel("Conv2DBackpropFilter", { x, dy }, { ...dilated, filterShape }),
    };
  }
  return {
    x: () => runKernel("Conv2DBackpropInput", { dy, filter: dilateFilter(filter, gaps) }, { ...rest, inputShape: x.shape }),
    filter: () => {
      const full = runKernel("Conv2DBackpropFilter", { x, dy }, { ...rest, filterShape: dilatedShape(filterShape, gaps) });
      return undilateFilter(full, filterShape, gaps);
    },
  };
});

const conv2DBackpropInputGradient = defineGradient<ConvolutionAttributes>(
  "Conv2DBackpropInput",
  ["dy", "filter"],
  (ddx, [dy, filter], { strides, pad, dataFormat, dimRoundingMode, dilations }) => {
    const attributes = { strides, pad, dataFormat, dimRoundingMode, dilations: pairOf(dilations) };
    return {
      dy: () => runKernel("Conv2D", { x: ddx, filter }, attributes),
      filter: () => runKernel("Conv2DBackpropFilter", { x: ddx, dy }, { ...attributes, filterShape: filter.shape }),
    };
  },
);

const conv2DBackpropFilterGradient = defineGradient<ConvolutionAttributes>(
  "Conv2DBackpropFilter",
  ["x", "dy"],
  (ddw, [x, dy], { strides, pad, dataFormat, dimRoundingMode, dilations }) => {
    const attributes = { strides, pad, dataFormat, dimRoundingMode, dilations: pairOf(dilations) };
    return {
      x: () => runKernel("Conv2DBackpropInput", { dy, filter: ddw }, { ...attributes, inputShape: x.shape }),
      dy: () => runKernel("Conv2D", { x, filter: ddw }, attributes),
    };
  },
);

const DEPTHWISE = "DepthwiseConv2dNative";

const depthwiseGradients = [
  defineGradient<ConvolutionAttributes>(
    DEPTHWISE,
    ["x", "filter"],
    (dy, [x, filter], { strides, pad, dimRoundingMode, dilations }) => {
      // Our own kernels know dilations; the others are given a filter with zeros between its taps.
      const given = pairOf(dilations);
      const gaps: [number, number] = tf.getBackend() === "wasm" ? [1, 1] : given;
      const filterShape = shape4(filter);
      const attributes = { strides, pad, dimRoundingMode, dilations: given.map((gap, i) => gap / gaps[i]) };
      return {
        x: () =>
          runKernel(
            `${DEPTHWISE}BackpropInput`,
            { dy, filter: dilateFilter(filter, gaps) },
            { ...attributes, inputShape: x.shape },
          ),
        filter: () => {
          const full = runKernel(
            `${DEPTHWISE}BackpropFilter`,
            { x, dy },
            { ...attributes, filterShape: dilatedShape(filterShape, gaps) },
          );
          return undilateFilter(full, filterShape, gaps);
        },
      };
    },
  ),
  defineGradient<ConvolutionAttributes>(
    `${DEPTHWISE}BackpropInput`,
    ["dy", "filter"],
    (ddx, [dy, filter], { strides, pad, dimRoundingMode, dilations }) => {
      const attributes = { strides, pad, dimRoundingMode, dilations };
      return {
        dy: () => runKernel(DEPTHWISE, { x: ddx, filter }, { ...attributes, dataFormat: "NHWC" }),
        filter: () => runKernel(`${DEPTHWISE}BackpropFilter`, { x: ddx, dy }, { ...attributes, filterShape: filter.shape }),
      };
    },
  ),
  defineGradient<ConvolutionAttributes>(
    `${DEPTHWISE}BackpropFilter`,
    ["x", "dy"],
    (ddw, [x, dy], { strides, pad, dimRoundingMode, dilations }) => {
      const attributes = { strides, pad, dimRoundingMode, dilations };
      return {
        x: () => runKernel(`${DEPTHWISE}BackpropInput`, { dy, filter: ddw }, { ...attributes, inputShape: x.shape }),
        dy: () => runKernel(DEPTHWISE, { x, filter: ddw }, { ...attributes, dataFormat: "NHWC" }),
      };
    },
  ),
];

const matMulGradient = defineGradient<{ transposeA: boolean; transposeB: boolean }>(
  "BatchMatMul",
  ["a", "b"],
  (dy, [a, b], attributes) => {
    const { transposeA, transposeB } = attributes;
    // Leading axes that one factor lacks, or has with size 1, were broadcast.
    return {
      a: () => unbroadcast(transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB), a.shape),
      b: () => unbroadcast(transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false), b.shape),
    };
  },
);

const batchNormGradient = defineGradient<{ varianceEpsilon: number }>(
  "FusedBatchNorm",
  ["x", "mean", "variance", "scale"],
  (dy, [x, mean, variance, scale], { varianceEpsilon }) => {
    const rate = () => tf.rsqrt(tf.add(variance, varianceEpsilon));
    const scaled = () => (scale ? tf.mul(dy, scale) : dy);
    const centred = () => tf.sub(x, mean);
    const reduced = (gradient: tf.Tensor) => (mean.rank === 1 ? tf.sum(gradient, [0, 1, 2]) : gradient);
    return {
      x: () => tf.mul(scaled(), rate()),
      mean: () => tf.neg(reduced(tf.mul(scaled(), rate()))),
      variance: () => tf.mul(reduced(tf.mul(scaled(), centred())), tf.mul(tf.pow(rate(), 3), -0.5)),
      scale: () => reduced(tf.mul(dy, tf.mul(centred(), rate()))),
      offset: () => ownCopy(reduced(dy), dy),
    };
  },
);

export const convolutionGradients: readonly GradientRule[] = [
  conv2DGradient,
  conv2DBackpropInputGradient,
  conv2DBackpropFilterGradient,
  ...depthwiseGradients,
  matMulGradient,
  batchNormGradient,
];
