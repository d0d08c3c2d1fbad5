import * as tf from "@tensorflow/tfjs-core";
import { CUBE, fixed, type GradientCase, image, integers, matrix, pads } from "./gradient-case.ts";

const cube = { shape: CUBE };

const moving: readonly GradientCase[] = [
  matrix("reshape", (x) => tf.reshape(x, [5, 2])),
  matrix("expandDims", (x) => tf.expandDims(x, 1)),
  matrix("squeeze", (x) => tf.squeeze(tf.square(x)), { shape: [1, 3, 1] }),
  matrix("transpose", (x) => tf.transpose(x)),
  matrix("transpose: rank 3", (x) => tf.transpose(x, [2, 0, 1]), cube),
  matrix("reverse", (x) => tf.reverse(x, 1)),
  matrix("reverse: two axes", (x) => tf.reverse(x, [0, -1]), cube),
  matrix("concat", (x) => tf.concat([x, tf.square(x), x], 1)),
  matrix("concat: first axis", (x) => tf.concat([x, tf.slice(x, [1, 0], [1, 5])], 0)),
  matrix("split", (x) => tf.mul(tf.split(x, [2, 3], 1)[1], 2)),
  matrix("split: first axis", (x) => tf.mul(tf.split(x, 2, 0)[0], x)),
  matrix("stack", (x) => tf.stack([x, tf.square(x)], 1)),
  matrix("unstack", (x) => tf.mul(tf.unstack(x, 0)[1], 2)),
  matrix("slice", (x) => tf.slice(x, [0, 1], [2, 2])),
  matrix("pad", (x) => tf.pad(x, pads([1, 0], [2, 3]), 0.5)),
  matrix("mirrorPad: reflect", (x) => tf.mirrorPad(x, pads([1, 1], [2, 3]), "reflect")),
  matrix("mirrorPad: symmetric", (x) => tf.mirrorPad(x, pads([2, 0], [1, 4]), "symmetric")),
  matrix("tile", (x) => tf.tile(x, [3, 2])),
  matrix("broadcastTo", (x) => tf.broadcastTo(tf.slice(x, [0, 0], [1, 5]), [4, 5])),
  matrix("broadcastTo: higher rank", (x) => tf.broadcastTo(x, [3, 2, 5])),
  matrix("diag", (x) => tf.diag(x), { shape: [4] }),
  image("flipLeftRight", (x) => tf.image.flipLeftRight(x)),
  image("batchToSpaceND", (x) => tf.batchToSpaceND(x, [2, 2], pads([0, 1], [1, 0])), { shape: [4, 2, 2, 1] }),
  image("spaceToBatchND", (x) => tf.spaceToBatchND(x, [2, 2], pads([0, 0], [0, 2]))),
  image("depthToSpace", (x) => tf.depthToSpace(x, 2), { shape: [1, 2, 2, 8] }),
  image("depthToSpace: blocks of 3", (x) => tf.depthToSpace(x, 3), { shape: [2, 1, 2, 9] }),
];

const indexed: readonly GradientCase[] = [
  matrix("gather", (x) => tf.gather(x, integers([1, 0, 1]))),
  matrix("gather: columns", (x) => tf.gather(x, integers([4, 4, 0, 1], [2, 2]), 1)),
  matrix("gather: middle axis", (x) => tf.gather(x, integers([2, 0, 2, 2]), 1), cube),
  matrix("gather: in batches", (x) => tf.gather(x, integers([1, 1, 0, 4], [2, 2]), 1, 1)),
  matrix("gather: in batches, last axis", (x) => tf.gather(x, integers([1, 1, 0, 0], [2, 2]), 2, 1), cube),
  matrix("gatherND", (x) => tf.gatherND(x, integers([1, 4, 0, 0, 1, 4], [3, 2]))),
  matrix("gatherND: rows", (x) => tf.gatherND(x, integers([1, 0, 1], [3, 1]))),
  matrix("gatherND: rank 3", (x) => tf.gatherND(x, integers([1, 2, 0, 0, 1, 2, 1, 1], [2, 2, 2])), cube),
  matrix("scatterND", (x) => tf.scatterND(integers([3, 1], [2, 1]), x, [4, 5])),
  matrix("scatterND: repeated", (x) => tf.scatterND(integers([0, 1, 0, 1, 1, 0], [3, 2]), x, [2, 2]), { shape: [3] }),
  matrix("tensorScatterUpdate: by the tensor", (x) => tf.tensorScatterUpdate(x, integers([1], [1, 1]), fixed([1, 5]))),
  matrix("tensorScatterUpdate: by the updates", (x) => tf.tensorScatterUpdate(fixed([3, 5]), integers([2, 0], [2, 1]), x)),
  matrix("unsortedSegmentSum", (x) => tf.unsortedSegmentSum(x, integers([2, -1]) as tf.Tensor1D, 3)), // a vector
  matrix("oneHot", (x) => tf.mul(x, tf.oneHot(integers([3, 1]), 5))),
];

const strided: readonly GradientCase[] = [
  matrix("stridedSlice: every second", (x) => tf.stridedSlice(x, [0, 0], [2, 5], [1, 2])),
  matrix("stridedSlice: both axes", (x) => tf.stridedSlice(x, [0, 1], [5, 4], [3, 2]), { shape: [5, 4] }),
  matrix("stridedSlice: backwards", (x) => tf.stridedSlice(x, [1, 4], [0, 0], [-1, -2])),
  matrix("stridedSlice: from the end", (x) => tf.stridedSlice(x, [-2, -4], [2, -1], [1, 2])),
  matrix("stridedSlice: masks", (x) => tf.stridedSlice(x, [1, 1], [1, 1], [1, -1], 0b10, 0b11)),
  matrix("stridedSlice: a new axis", (x) => tf.stridedSlice(x, [0, 0, 1], [0, 2, 5], [1, 1, 3], 0, 0, 0, 0b001)),
  matrix("stridedSlice: an axis dropped", (x) => tf.stridedSlice(x, [1, 0], [2, 5], [1, 1], 0, 0, 0, 0, 0b01)),
  matrix("stridedSlice: the last axis dropped", (x) => tf.stridedSlice(x, [0, 1], [3, 2], [2, 1], 0, 0, 0, 0, 0b10), {
    shape: [3, 4],
  }),
  matrix("stridedSlice: the first axis dropped", (x) => tf.stridedSlice(x, [-1, 4], [0, -9], [1, -2], 0, 0, 0, 0, 0b01)),
  matrix("stridedSlice: ellipsis", (x) => tf.stridedSlice(x, [0, 1], [0, 2], [1, 1], 0, 0, 0b01), cube),
  matrix("stridedSlice: all", (x) => tf.square(tf.stridedSlice(x, [0, 0], [2, 5], [1, 1]))),
  matrix("stridedSlice: odd", (x) => tf.stridedSlice(x, [0, 6], [3, 0], [2, -3]), { shape: [3, 7] }),
];

export const shapeCases: readonly GradientCase[] = [...moving, ...indexed, ...strided];
