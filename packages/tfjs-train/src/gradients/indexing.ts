import * as tf from "@tensorflow/tfjs-core";
import { asFloat, axesOf, defineGradient, type GradientRule, zeroGradient } from "./gradient-rule.ts";
import { locallyConstant } from "./history.ts";
import type { StridedSliceAttributes } from "./strided-slice-attributes.ts";

/** Puts the entries of an axis `stride` apart, from `start` on, into an axis of `size` zeros. */
export function placeAlong(dy: tf.Tensor, axis: number, [start, stride, size]: readonly [number, number, number]): tf.Tensor {
  const count = dy.shape[axis];
  const outer = dy.shape.slice(0, axis);
  const inner = dy.shape.slice(axis + 1);
  const step = Math.abs(stride);
  const first = stride < 0 ? start + (count - 1) * stride : start;
  const rows = tf.util.sizeFromShape(outer);
  const width = tf.util.sizeFromShape(inner);
  let flat = tf.reshape(stride < 0 ? tf.reverse(dy, axis) : dy, [rows, count, width]);
  if (step > 1) {
    const spaced = tf.pad(tf.reshape(flat, [rows, count, 1, width]), [
      [0, 0],
      [0, 0],
      [0, step - 1],
      [0, 0],
    ]);
    flat = tf.slice<tf.Rank, tf.Tensor>(
      tf.reshape(spaced, [rows, count * step, width]),
      [0, 0, 0],
      [rows, (count - 1) * step + 1, width],
    );
  }
  const padded = tf.pad(flat, [
    [0, 0],
    [first, size - first - ((count - 1) * step + 1)],
    [0, 0],
  ]);
  return tf.reshape(padded, [...outer, size, ...inner]);
}

/** Adjoint of a strided slice: every entry of dy goes back to where it was read, one axis after the other. */
function unslice(dy: tf.Tensor, shape: number[], attributes: StridedSliceAttributes): tf.Tensor {
  if (dy.size === 0) return tf.zeros(shape);
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attributes;
  const info = tf.slice_util.sliceInfo(shape, begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask);
  const counts = shape.map((_, i) => Math.ceil((info.end[i] - info.begin[i]) / info.strides[i]));
  return shape.reduce(
    (placed, size, axis) => {
      const isWhole = info.strides[axis] === 1 && counts[axis] === size;
      return isWhole ? placed : placeAlong(placed, axis, [info.begin[axis], info.strides[axis], size]);
    },
    tf.reshape(dy, counts),
  );
}

/**
 * Adjoint of gather along an axis: rows of dy are added where they were taken. With `batchDims` leading axes in common, each batch
 * has rows of its own: they are numbered through.
 */
function ungather(dy: tf.Tensor, shape: readonly number[], indices: tf.Tensor, axis: number, batchDims: number): tf.Tensor {
  const outer = tf.util.sizeFromShape(shape.slice(batchDims, axis));
  const inner = tf.util.sizeFromShape(shape.slice(axis + 1));
  const batch = tf.util.sizeFromShape(shape.slice(0, batchDims));
  const count = shape[axis];
  const taken = indices.size / batch;
  const rows = tf.reshape(tf.transpose(tf.reshape(dy, [batch, outer, taken, inner]), [0, 2, 1, 3]), [
    batch * taken,
    outer,
    inner,
  ]);
  const within = tf.reshape(indices, [batch, taken]);
  const firsts = tf.mul(tf.range(0, batch, 1, "int32"), tf.scalar(count, "int32"));
  const numbers = batch === 1 ? within : tf.add(within, tf.reshape(firsts, [batch, 1]));
  const summed = tf.unsortedSegmentSum(rows, tf.reshape(numbers, [batch * taken]) as tf.Tensor1D, batch * count); // reshaped to rank 1
  return tf.reshape(tf.transpose(tf.reshape(summed, [batch, count, outer, inner]), [0, 2, 1, 3]), [...shape]);
}

/** The largest entries' gradients go to where they were found. */
function topKGradient(dy: tf.Tensor, x: tf.Tensor, k: number, sorted: boolean): tf.Tensor {
  if (k === 0) return tf.zeros(x.shape);
  const indices = locallyConstant(x, () => tf.topk(x, k, sorted).indices);
  const size = x.shape[x.rank - 1];
  return tf.reshape(ungather(tf.reshape(dy, [-1, k]), [x.size / size, size], tf.reshape(indices, [-1, k]), 1, 1), x.shape);
}

export const indexingGradients: readonly GradientRule[] = [
  defineGradient<{ begin: number[]; size: number[] }>("Slice", ["x"], (dy, [x], { begin }) => ({
    x: () =>
      tf.pad(
        dy,
        dy.shape.map((size, i) => [begin[i] ?? 0, x.shape[i] - (begin[i] ?? 0) - size]),
      ),
  })),
  defineGradient<StridedSliceAttributes>("StridedSlice", ["x"], (dy, [x], attributes) => ({
    x: () => unslice(dy, x.shape, attributes),
  })),
  defineGradient<{ axis: number; batchDims: number }>("GatherV2", ["x", "indices"], (dy, [x, indices], { axis, batchDims }) => ({
    x: () => ungather(dy, x.shape, indices, axesOf(axis, x.shape)[0], batchDims < 0 ? batchDims + indices.rank : batchDims),
    indices: zeroGradient(indices),
  })),
  defineGradient("GatherNd", ["params", "indices"], (dy, [params, indices]) => ({
    params: () => tf.scatterND(indices, dy, params.shape),
    indices: zeroGradient(indices),
  })),
  defineGradient("ScatterNd", ["indices"], (dy, [indices]) => ({
    updates: () => tf.gatherND(dy, indices),
    indices: zeroGradient(indices),
  })),
  defineGradient("TensorScatterUpdate", ["indices", "updates"], (dy, [indices, updates]) => ({
    tensor: () => tf.tensorScatterUpdate(dy, indices, tf.zerosLike(updates)),
    updates: () => tf.gatherND(dy, indices),
    indices: zeroGradient(indices),
  })),
  // The kernel has two outputs: dy is a list, whose second entry belongs to the indices.
  defineGradient<{ k: number; sorted: boolean }>("TopK", ["x"], (dys, [x], { k, sorted }) => ({
    x: () => topKGradient([dys].flat()[0], x, k, sorted),
  })),
  defineGradient<{ numSegments: number }>("UnsortedSegmentSum", ["segmentIds"], (dy, [segmentIds], { numSegments }) => ({
    x: () => {
      // Rows of a segment that there is not were left out of the sum.
      const isKept = tf.logicalAnd(tf.greaterEqual(segmentIds, 0), tf.less(segmentIds, numSegments));
      const kept = asFloat(isKept);
      const rows = tf.gather(dy, tf.where(isKept, segmentIds, tf.zerosLike(segmentIds)));
      return tf.mul(rows, tf.reshape(kept, [...segmentIds.shape, ...rows.shape.slice(segmentIds.rank).map(() => 1)]));
    },
    segmentIds: zeroGradient(segmentIds),
  })),
  defineGradient("OneHot", ["indices"], (_, [indices]) => ({ indices: zeroGradient(indices) })),
];
