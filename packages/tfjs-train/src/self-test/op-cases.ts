import * as tf from "@tensorflow/tfjs-core";
import { leakyRelu, logSoftmax, softplus } from "../layers/activations.ts";
import { attention } from "../layers/attention.ts";
import { batchNorm } from "../layers/batch-norm.ts";
import { conv2d, convTranspose2d } from "../layers/convolution.ts";
import { gridSample } from "../layers/grid-sample.ts";
import { groupNorm, layerNorm } from "../layers/group-norm.ts";
import { biasAct } from "../ops/bias-act.ts";
import { setupFilter } from "../ops/setup-filter.ts";
import { upfirdn2d } from "../ops/upfirdn2d.ts";

type Op = (...inputs: tf.Tensor[]) => tf.Tensor;

const positive = (x: tf.Tensor): tf.Tensor => tf.add(tf.abs(x), 0.5);
const image = (x: tf.Tensor): tf.Tensor4D => x as tf.Tensor4D; // the stored shapes say so

const blur = () => setupFilter([1, 3, 3, 1]);

const convolution =
  (layer: typeof conv2d | typeof convTranspose2d, stride: number, padding: number): Op =>
  (x, weight) =>
    layer(image(x), { weight }, { stride, padding });

/** The ops that training uses, by the names of the stored values. */
export const opCases: Readonly<Record<string, Op>> = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  div: (a, b) => tf.div(a, positive(b)),
  maximum: tf.maximum,
  minimum: tf.minimum,
  pow: (a, b) => tf.pow(positive(a), b),
  neg: (x) => tf.neg(x),
  abs: (x) => tf.abs(x),
  exp: (x) => tf.exp(x),
  log: (x) => tf.log(positive(x)),
  log1p: (x) => tf.log1p(tf.abs(x)),
  sqrt: (x) => tf.sqrt(positive(x)),
  rsqrt: (x) => tf.rsqrt(positive(x)),
  square: (x) => tf.square(x),
  sin: (x) => tf.sin(x),
  cos: (x) => tf.cos(x),
  tanh: (x) => tf.tanh(x),
  sigmoid: (x) => tf.sigmoid(x),
  relu: (x) => tf.relu(x),
  leakyRelu: (x) => leakyRelu(x),
  softplus: (x) => softplus(x),
  logSoftmax: (x) => logSoftmax(x),
  "sum over the first axis": (x) => tf.sum(x, 0),
  "sum over the last axis": (x) => tf.sum(x, -1),
  mean: (x) => tf.mean(x, [0, 1]),
  max: (x) => tf.max(x, 1),
  transpose: (x) => tf.transpose(x, [2, 0, 1]),
  slice: (x) => tf.slice(x, [1, 0, 1], [1, 2, 3]),
  concat: (x) => tf.concat([x, tf.mul(x, 2)], 1),
  pad: (x) =>
    tf.pad(x, [
      [0, 0],
      [0, 1],
      [1, 2],
    ]),
  tile: (x) => tf.tile(x, [1, 2, 1]),
  reverse: (x) => tf.reverse(x, 1),
  cumsum: (x) => tf.cumsum(x, 1),
  gather: (x) => tf.gather(x, tf.tensor1d([1, 0, 1], "int32")),
  where: (x) => tf.where(tf.greater(x, 0.2), x, tf.mul(x, -3)),
  clipByValue: (x) => tf.clipByValue(x, -1, 0.7),
  resizeBilinear: (x) => tf.image.resizeBilinear(image(x), [7, 3], false, true),
  "upsample nearest": (x) => tf.image.resizeNearestNeighbor(image(x), [2 * x.shape[1]!, 2 * x.shape[2]!]),
  avgPool: (x) => tf.avgPool(image(x), 2, 2, "valid"),
  maxPool: (x) => tf.maxPool(image(x), 2, 2, "valid"),
  batchNorm: (x) => {
    const channels = x.shape[x.rank - 1];
    return batchNorm(x, { running_mean: tf.zeros([channels]), running_var: tf.ones([channels]) }, { training: true }).y;
  },
  groupNorm: (x) => groupNorm(x, {}, { groups: 2 }),
  matMul: (a, b) => tf.matMul(a, b),
  "matMul transposed": (a, b) => tf.matMul(a, b, true, true),
  "matMul batched": (a, b) => tf.matMul(a, b),
  "conv2d 4x4 stride 2 padding 1": convolution(conv2d, 2, 1),
  "conv2d 3x3 stride 1 padding 1": convolution(conv2d, 1, 1),
  "conv2d 1x1 stride 1 padding 0": convolution(conv2d, 1, 0),
  "conv2d 5x5 stride 3 padding 2": convolution(conv2d, 3, 2),
  "convTranspose2d 4x4 stride 2 padding 1": convolution(convTranspose2d, 2, 1),
  "convTranspose2d 3x3 stride 1 padding 1": convolution(convTranspose2d, 1, 1),
  "conv2d 3x3 dilation 2 padding 2": (x, weight) => conv2d(image(x), { weight }, { padding: 2, dilation: 2 }),
  softmax: (x) => tf.softmax(x),
  elu: (x) => tf.elu(x),
  stridedSlice: (x) => tf.stridedSlice(x, [0, 0, 1], [2, 3, 4], [1, 2, 2]),
  layerNorm: (x) => layerNorm(x, {}),
  einsum: (a, b) => tf.einsum("bij,bkj->bik", a, b),
  attention: (a, b) => attention(a, b, b),
  gridSample: (x, grid) => gridSample(image(x), image(grid), { padding: "reflection" }),
  "upfirdn2d up 2": (x) => upfirdn2d(image(x), blur(), { up: 2, padding: [2, 1, 2, 1], gain: 4 }),
  "upfirdn2d down 2": (x) => upfirdn2d(image(x), blur(), { down: 2, padding: 1 }),
  biasAct: (x, bias) => biasAct(x, bias as tf.Tensor1D, { activation: "lrelu" }), // of rank 1
  depthwiseConv2d: (x, filter) => tf.depthwiseConv2d(image(x), image(filter), 1, "same"),
};
