import * as tf from "@tensorflow/tfjs-core";
import { CUBE, filter, fixed, type GradientCase, image, matrix } from "./gradient-case.ts";

const cube = { shape: CUBE }; // [2, 3, 2]
const volume = (x: tf.Tensor): tf.Tensor5D => x as tf.Tensor5D; // where the shapes below have rank 5
const VOLUME = { shape: [1, 3, 2, 3, 2] };

const products: readonly GradientCase[] = [
  matrix("matMul", (x) => tf.matMul(x, x, false, true)),
  matrix("matMul: transposed", (x) => tf.matMul(x, fixed([3, 2]), true, true)),
  matrix("matMul: batched", (x) => tf.matMul(tf.reshape(x, [2, 1, 5]), fixed([2, 5, 3]))),
  matrix("matMul: batch broadcast", (x) => tf.matMul(tf.reshape(x, [1, 2, 5]), fixed([3, 5, 2]))),
  matrix("matMul: one factor without batch", (x) => tf.matMul(tf.reshape(x, [2, 5, 1]), tf.slice(x, [0, 1], [1, 3]))),
  matrix("matMul: the other without batch, both transposed", (x) =>
    tf.matMul(x, tf.reshape(tf.sin(x), [5, 1, 1, 2]), true, true),
  ),
  matrix("fused.matMul", (x) => tf.fused.matMul({ a: x, b: fixed([5, 3]), bias: fixed([3]), activation: "relu" })),
  matrix("fused.matMul: linear", (x) => tf.fused.matMul({ a: x, b: tf.transpose(x), bias: fixed([2]) })),
  matrix("dot", (x) => tf.dot(x, fixed([5]))),
  matrix("outerProduct", (x) => tf.outerProduct(x as tf.Tensor1D, tf.square(x) as tf.Tensor1D), { shape: [4] }), // vectors
  matrix("einsum: matrix product", (x) => tf.einsum("ij,kj->ik", x, tf.square(x))),
  matrix("einsum: with a fixed factor", (x) => tf.einsum("ij,jk->ki", x, fixed([5, 3]))),
  matrix("einsum: transposed", (x) => tf.einsum("ijk->kij", tf.square(x)), cube),
  matrix("einsum: sum of one", (x) => tf.einsum("ijk->j", tf.square(x)), cube),
  matrix("einsum: sum of all", (x) => tf.einsum("ij->", tf.square(x))),
  matrix("einsum: inner product", (x) => tf.einsum("ij,ij->", x, tf.square(x))),
  matrix("einsum: outer product", (x) => tf.einsum("i,j->ij", x, tf.square(x)), { shape: [4] }),
  matrix("einsum: labels summed in one alone", (x) => tf.einsum("ijm,jk->ik", x, fixed([3, 2])), cube),
  matrix("einsum: labels summed in the other", (x) => tf.einsum("ij,jkm->ik", x, fixed([5, 2, 2]))),
  matrix("einsum: by the second, labels summed in it alone", (x) => tf.einsum("aj,jn->a", fixed([3, 2]), tf.square(x))),
  matrix("einsum: batched", (x) => tf.einsum("bij,bkj->bik", x, tf.sin(x)), cube),
  matrix("einsum: attention", (x) => tf.einsum("bij,bj->bi", x, tf.reshape(tf.slice(x, [0, 0, 0], [2, 1, 2]), [2, 2])), cube),
];

const image5 = (channels: number) => fixed([1, 5, 5, channels]) as tf.Tensor4D; // rank 4
const odd = { shape: [1, 5, 7, 1] };

const convolutions: readonly GradientCase[] = [
  image("conv2d", (x) => tf.conv2d(x, filter(3, 3, 2, 2), 1, "same")),
  image("conv2d: stride 2", (x) => tf.conv2d(x, filter(3, 2, 2, 3), 2, "valid")),
  image("conv2d: odd size, strides 2 and 3", (x) => tf.conv2d(x, filter(3, 2, 1, 2), [2, 3], "same"), odd),
  image("conv2d: dilated", (x) => tf.conv2d(x, filter(2, 2, 2, 2), 1, "same", "NHWC", 2)),
  image("conv2d: by the filter", (x) => tf.conv2d(fixed([2, 5, 5, 4]) as tf.Tensor4D, x, 1, "valid"), { shape: [2, 2, 4, 2] }), // rank 4
  image("conv2d: by a dilated filter", (x) => tf.conv2d(image5(2), x, 1, "valid", "NHWC", 2), { shape: [2, 2, 2, 2] }),
  image("conv2d: of itself", (x) => tf.conv2d(x, tf.reshape(x, [2, 2, 2, 4]) as tf.Tensor4D, 1, "valid")),
  image("conv2dTranspose", (x) => tf.conv2dTranspose(x, filter(4, 4, 2, 2), [1, 8, 8, 2], 2, "same")),
  image(
    "conv2dTranspose: by the filter",
    (x) => tf.conv2dTranspose(fixed([1, 3, 3, 2]) as tf.Tensor4D, x, [1, 6, 6, 2], 2, "same"), // rank 4
    { shape: [3, 3, 2, 2] },
  ),
  image("fused.conv2d", (x) =>
    tf.fused.conv2d({ x, filter: filter(3, 3, 2, 2), strides: 1, pad: "same", activation: "sigmoid" }),
  ),
  image("fused.conv2d: linear", (x) => tf.fused.conv2d({ x, filter: filter(3, 3, 2, 2), strides: 2, pad: "same" })),
  image("depthwiseConv2d", (x) => tf.depthwiseConv2d(x, filter(3, 3, 2, 2), 1, "same")),
  image("depthwiseConv2d: stride 2", (x) => tf.depthwiseConv2d(x, filter(3, 2, 2, 1), 2, "same")),
  image("depthwiseConv2d: odd size, stride 3", (x) => tf.depthwiseConv2d(x, filter(2, 3, 1, 3), 3, "valid"), odd),
  image("depthwiseConv2d: dilated", (x) => tf.depthwiseConv2d(x, filter(2, 2, 2, 1), 1, "valid", "NHWC", 2)),
  image("depthwiseConv2d: by the filter", (x) => tf.depthwiseConv2d(image5(2), x, 2, "same"), { shape: [3, 3, 2, 1] }),
  image("depthwiseConv2d: by a dilated filter", (x) => tf.depthwiseConv2d(image5(2), x, 1, "same", "NHWC", 2), {
    shape: [2, 2, 2, 2],
  }),
  image("depthwiseConv2d: of itself", (x) =>
    tf.depthwiseConv2d(x, tf.slice(tf.reshape(x, [4, 4, 2, 1]) as tf.Tensor4D, [0, 0, 0, 0], [2, 3, 2, 1]), 1, "same"),
  ),
  image("fused.depthwiseConv2d", (x) =>
    tf.fused.depthwiseConv2d({ x, filter: filter(3, 3, 2, 1), strides: 1, pad: "same", bias: fixed([2]), activation: "elu" }),
  ),
  image("fused.depthwiseConv2d: linear", (x) =>
    tf.fused.depthwiseConv2d({ x, filter: filter(3, 2, 2, 2), strides: 2, pad: "valid" }),
  ),
  matrix("conv1d", (x) => tf.conv1d(x as tf.Tensor2D, fixed([2, 4, 3], 3) as tf.Tensor3D, 2, "same"), { shape: [5, 4] }), // ranks 2 and 3
  image("separableConv2d", (x) => tf.separableConv2d(x, filter(3, 3, 2, 2), filter(1, 1, 4, 3), 1, "same")),
  matrix("conv3d", (x) => tf.conv3d(volume(x), volume(fixed([2, 2, 2, 2, 1], 3)), 1, "same"), VOLUME),
  matrix("conv3d: stride 2", (x) => tf.conv3d(volume(x), volume(fixed([2, 1, 2, 2, 2], 3)), 2, "valid"), VOLUME),
  matrix("conv3d: by the filter", (x) => tf.conv3d(volume(fixed([1, 3, 3, 2, 2])), volume(x), 1, "valid"), {
    shape: [2, 2, 1, 2, 2],
  }),
  matrix(
    "conv3d: by the filter, odd size, stride 2",
    (x) => tf.conv3d(volume(fixed([2, 3, 5, 4, 1])), volume(x), [2, 2, 3], "same"),
    {
      shape: [2, 3, 2, 1, 2],
    },
  ),
];

const normalizations: readonly GradientCase[] = [
  image("batchNorm", (x) => tf.batchNorm(x, fixed([2]), tf.add(tf.square(fixed([2])), 0.4), fixed([2], 2), fixed([2], 4))),
  image("batchNorm: by the statistics", (x) =>
    tf.batchNorm(x, tf.mean(x, [0, 1, 2]), tf.moments(x, [0, 1, 2]).variance, fixed([2]), fixed([2], 2)),
  ),
  ...(
    [
      [5, 1, 1, 0.5],
      [1, 2, 0.3, 0.75],
      [2, 0.5, 1e-1, 1.5],
    ] as const
  ).map(([radius, bias, alpha, beta]) =>
    image(
      `localResponseNormalization: radius ${radius}, bias ${bias}, alpha ${alpha}, beta ${beta}`,
      (x) => tf.localResponseNormalization(x, radius, bias, alpha, beta),
      { shape: [1, 2, 1, 7] },
    ),
  ),
];

export const productCases: readonly GradientCase[] = [...products, ...convolutions, ...normalizations];
