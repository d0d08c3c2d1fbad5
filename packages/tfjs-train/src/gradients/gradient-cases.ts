import * as tf from "@tensorflow/tfjs-core";
import { logSoftmax, softplus } from "../layers/activations.ts";

/** An op to be differentiated twice in the tests: a function of one tensor, away from its kinks. */
export interface GradientCase {
  readonly name: string;
  readonly shape: readonly number[];
  /** Range of the entries, which are distinct and evenly spread. Default [−1.9, 2.1]. */
  readonly range?: readonly [low: number, high: number];
  readonly op: (x: tf.Tensor) => tf.Tensor;
}

const IMAGE = [1, 4, 4, 2];
const ROW = [2, 5];
const POSITIVE = [0.2, 2.2] as const;

/** A fixed tensor of the given shape with distinct entries; a pure function of shape and seed. */
export function fixed(shape: readonly number[], seed = 1): tf.Tensor {
  const size = tf.util.sizeFromShape([...shape]);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(12.9 * (i + 1) * seed) * 0.9),
    [...shape],
  );
}

const elementwise = (name: string, op: (x: tf.Tensor) => tf.Tensor, range?: readonly [number, number]): GradientCase => ({
  name,
  shape: ROW,
  op,
  range,
});
const image = (name: string, op: (x: tf.Tensor4D) => tf.Tensor, shape: readonly number[] = IMAGE): GradientCase => ({
  name,
  shape,
  op: (x) => op(x as tf.Tensor4D), // the shapes below have rank 4
});
const filter = (height: number, width: number, a: number, b: number): tf.Tensor4D =>
  fixed([height, width, a, b], 3) as tf.Tensor4D; // rank 4
const pads = (...sizes: [number, number][]) => sizes;

export const gradientCases: readonly GradientCase[] = [
  elementwise("abs", (x) => tf.abs(x)),
  elementwise("acos", (x) => tf.acos(x), [-0.8, 0.8]),
  elementwise("acosh", (x) => tf.acosh(x), [1.2, 3]),
  elementwise("asin", (x) => tf.asin(x), [-0.8, 0.8]),
  elementwise("asinh", (x) => tf.asinh(x)),
  elementwise("atan", (x) => tf.atan(x)),
  elementwise("atanh", (x) => tf.atanh(x), [-0.8, 0.8]),
  elementwise("ceil", (x) => tf.ceil(x)),
  elementwise("clipByValue", (x) => tf.clipByValue(x, -0.5, 1)),
  elementwise("cos", (x) => tf.cos(x)),
  elementwise("cosh", (x) => tf.cosh(x)),
  elementwise("elu", (x) => tf.elu(x)),
  elementwise("erf", (x) => tf.erf(x)),
  elementwise("exp", (x) => tf.exp(x)),
  elementwise("expm1", (x) => tf.expm1(x)),
  elementwise("leakyRelu", (x) => tf.leakyRelu(x, 0.2)),
  elementwise("log", (x) => tf.log(x), POSITIVE),
  elementwise("log1p", (x) => tf.log1p(x), POSITIVE),
  elementwise("neg", (x) => tf.neg(x)),
  elementwise("prelu", (x) => tf.prelu(x, fixed([5]))),
  elementwise("prelu slope", (x) => tf.prelu(fixed(ROW), x)),
  elementwise("reciprocal", (x) => tf.reciprocal(x), POSITIVE),
  elementwise("relu", (x) => tf.relu(x)),
  elementwise("relu6", (x) => tf.relu6(tf.mul(x, 5))),
  elementwise("rsqrt", (x) => tf.rsqrt(x), POSITIVE),
  elementwise("selu", (x) => tf.selu(x)),
  elementwise("sigmoid", (x) => tf.sigmoid(x)),
  elementwise("sign", (x) => tf.sign(x)),
  elementwise("silu", (x) => tf.mul(x, tf.sigmoid(x))),
  elementwise("sin", (x) => tf.sin(x)),
  elementwise("sinh", (x) => tf.sinh(x)),
  elementwise("softplus", (x) => tf.softplus(x)),
  elementwise("sqrt", (x) => tf.sqrt(x), POSITIVE),
  elementwise("square", (x) => tf.square(x)),
  elementwise("step", (x) => tf.step(x)),
  elementwise("tan", (x) => tf.tan(x), [-1, 1]),
  elementwise("tanh", (x) => tf.tanh(x)),
  elementwise("exp(tanh)·x", (x) => tf.mul(tf.exp(tf.tanh(x)), x)),

  elementwise("add broadcast", (x) => tf.add(x, tf.slice(x, [0, 0], [1, 5]))),
  elementwise("sub broadcast", (x) => tf.sub(tf.slice(x, [1, 0], [1, 5]), x)),
  elementwise("mul broadcast", (x) => tf.mul(x, tf.slice(x, [0, 1], [2, 1]))),
  elementwise("div", (x) => tf.div(tf.slice(x, [0, 0], [1, 5]), x), POSITIVE),
  elementwise("maximum", (x) => tf.maximum(x, tf.slice(x, [0, 2], [2, 1]))),
  elementwise("minimum", (x) => tf.minimum(tf.slice(x, [0, 2], [2, 1]), x)),
  elementwise("squaredDifference broadcast", (x) => tf.squaredDifference(x, tf.slice(x, [0, 0], [1, 5]))),
  elementwise("pow base", (x) => tf.pow(x, 3)),
  elementwise("pow exponent", (x) => tf.pow(tf.add(tf.abs(fixed(ROW)), 0.3), x)),
  elementwise("atan2", (x) => tf.atan2(x, tf.add(tf.square(x), 1))),
  elementwise("mod", (x) => tf.mod(x, 0.7), POSITIVE),
  elementwise("where", (x) => tf.where(tf.greater(x, 0.3), tf.square(x), tf.exp(x))),
  elementwise("addN", (x) => tf.addN([x, tf.square(x), x])),

  elementwise("sum", (x) => tf.sum(x, 0)),
  elementwise("sum of all", (x) => tf.sum(x)),
  elementwise("mean", (x) => tf.mean(x, 1)),
  elementwise("mean keep", (x) => tf.mean(x, 0, true)),
  elementwise("max", (x) => tf.max(x, 1)),
  elementwise("min", (x) => tf.min(x, 0)),
  elementwise("variance", (x) => tf.moments(x, [0]).variance),
  elementwise("logSumExp", (x) => tf.logSumExp(x, 1)),
  elementwise("norm", (x) => tf.norm(x)),
  elementwise("cumsum", (x) => tf.cumsum(x, 0)),
  elementwise("cumsum reverse exclusive", (x) => tf.cumsum(x, 1, true, true)),
  elementwise("softmax", (x) => tf.softmax(x)),
  elementwise("logSoftmax of tfjs-train", (x) => logSoftmax(x)),
  elementwise("softplus of tfjs-train", (x) => softplus(x)),
  elementwise("logSigmoid", (x) => tf.logSigmoid(x)),

  elementwise("reshape", (x) => tf.reshape(x, [5, 2])),
  elementwise("expandDims", (x) => tf.expandDims(x, 1)),
  elementwise("transpose", (x) => tf.transpose(x)),
  elementwise("reverse", (x) => tf.reverse(x, 1)),
  elementwise("concat", (x) => tf.concat([x, tf.square(x), x], 1)),
  elementwise("split", (x) => tf.mul(tf.split(x, [2, 3], 1)[1], 2)),
  elementwise("stack", (x) => tf.stack([x, tf.square(x)], 1)),
  elementwise("unstack", (x) => tf.mul(tf.unstack(x, 0)[1], 2)),
  elementwise("slice", (x) => tf.slice(x, [0, 1], [2, 2])),
  elementwise("pad", (x) => tf.pad(x, pads([1, 0], [2, 3]), 0.5)),
  elementwise("mirrorPad reflect", (x) => tf.mirrorPad(x, pads([1, 1], [2, 3]), "reflect")),
  elementwise("mirrorPad symmetric", (x) => tf.mirrorPad(x, pads([2, 0], [1, 4]), "symmetric")),
  elementwise("tile", (x) => tf.tile(x, [3, 2])),
  elementwise("broadcastTo", (x) => tf.broadcastTo(tf.slice(x, [0, 0], [1, 5]), [4, 5])),
  elementwise("gather", (x) => tf.gather(x, tf.tensor1d([1, 0, 1], "int32"))),
  elementwise("gather columns", (x) => tf.gather(x, tf.tensor2d([4, 4, 0, 1], [2, 2], "int32"), 1)),
  elementwise("unsortedSegmentSum", (x) => tf.unsortedSegmentSum(x, tf.tensor1d([2, -1], "int32"), 3)),
  image("flipLeftRight", (x) => tf.image.flipLeftRight(x)),
  image("batchToSpaceND", (x) => tf.batchToSpaceND(x, [2, 2], pads([0, 1], [1, 0])), [4, 2, 2, 1]),
  image("spaceToBatchND", (x) => tf.spaceToBatchND(x, [2, 2], pads([0, 0], [0, 2]))),
  image("depthToSpace", (x) => tf.depthToSpace(x, 2), [1, 2, 2, 8]),

  elementwise("matMul", (x) => tf.matMul(x, x, false, true)),
  elementwise("matMul transposed", (x) => tf.matMul(x, fixed([3, 2]), true, true)),
  elementwise("matMul batched", (x) => tf.matMul(tf.reshape(x, [2, 1, 5]), fixed([2, 5, 3]))),
  image("conv2d", (x) => tf.conv2d(x, filter(3, 3, 2, 2), 1, "same")),
  image("conv2d stride 2", (x) => tf.conv2d(x, filter(3, 2, 2, 3), 2, "valid")),
  image("conv2d dilated", (x) => tf.conv2d(x, filter(2, 2, 2, 2), 1, "same", "NHWC", 2)),
  image("conv2d filter", (x) => tf.conv2d(fixed([2, 5, 5, 4]) as tf.Tensor4D, x, 1, "valid"), [2, 2, 4, 2]),
  image("conv2d dilated filter", (x) => tf.conv2d(fixed([1, 5, 5, 2]) as tf.Tensor4D, x, 1, "valid", "NHWC", 2), [2, 2, 2, 2]),
  image("conv2d of itself", (x) => tf.conv2d(x, tf.reshape(x, [2, 2, 2, 4]) as tf.Tensor4D, 1, "valid")),
  image("conv2dTranspose", (x) => tf.conv2dTranspose(x, filter(4, 4, 2, 2), [1, 8, 8, 2], 2, "same")),
  image(
    "conv2dTranspose filter",
    (x) => tf.conv2dTranspose(fixed([1, 3, 3, 2]) as tf.Tensor4D, x, [1, 6, 6, 2], 2, "same"),
    [3, 3, 2, 2],
  ),
  image("depthwiseConv2d", (x) => tf.depthwiseConv2d(x, filter(3, 3, 2, 2), 1, "same")),
  image("depthwiseConv2d dilated", (x) => tf.depthwiseConv2d(x, filter(2, 2, 2, 1), 1, "valid", "NHWC", 2)),
  image("depthwiseConv2d filter", (x) => tf.depthwiseConv2d(fixed([1, 5, 5, 2]) as tf.Tensor4D, x, 2, "same"), [3, 3, 2, 1]),
  image("batchNorm", (x) => tf.batchNorm(x, fixed([2]), tf.add(tf.square(fixed([2])), 0.4), fixed([2], 2), fixed([2], 4))),
  image("batchNorm statistics", (x) =>
    tf.batchNorm(x, tf.mean(x, [0, 1, 2]), tf.moments(x, [0, 1, 2]).variance, fixed([2]), fixed([2], 2)),
  ),
  image("avgPool valid", (x) => tf.avgPool(x, 2, 2, "valid")),
  image("avgPool same", (x) => tf.avgPool(x, 3, 2, "same")),
  image("avgPool overlapping", (x) => tf.avgPool(x, 3, 1, "same")),
  image("maxPool valid", (x) => tf.maxPool(x, 2, 2, "valid")),
  image("maxPool same", (x) => tf.maxPool(x, 3, 2, "same")),
  ...(["resizeBilinear", "resizeNearestNeighbor"] as const).flatMap((kind) =>
    (
      [
        [false, false],
        [true, false],
        [false, true],
      ] as const
    ).flatMap(([align, half]) =>
      (
        [
          [7, 3],
          [2, 9],
          [8, 8],
        ] as const
      ).map((size) =>
        image(`${kind} ${size.join("×")}${align ? " align" : ""}${half ? " half" : ""}`, (x) =>
          tf.image[kind](x, [...size], align, half),
        ),
      ),
    ),
  ),
];
