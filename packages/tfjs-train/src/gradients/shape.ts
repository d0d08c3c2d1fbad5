import * as tf from "@tensorflow/tfjs-core";
import { axesOf, byIndex, defineGradient, type GradientRule, zeroGradient } from "./gradient-rule.ts";

type Paddings = [number, number][];

/** Adjoint of tile: sums over the repetitions. */
function untile(dy: tf.Tensor, shape: readonly number[], reps: readonly number[]): tf.Tensor {
  const split: number[] = [];
  const axes: number[] = [];
  shape.forEach((size, i) => {
    if (reps[i] !== 1) axes.push(split.push(reps[i]) - 1);
    if (reps[i] === 1 || size !== 1) split.push(size);
  });
  return tf.reshape(axes.length > 0 ? tf.sum(tf.reshape(dy, split), axes) : dy, [...shape]);
}

/** Adjoint of mirror padding: each border is folded back, one axis after the other. */
function foldMirror(dy: tf.Tensor, paddings: Paddings, mode: "reflect" | "symmetric"): tf.Tensor {
  const skip = mode === "reflect" ? 1 : 0;
  return paddings.reduce((gradient, [before, after], axis) => {
    if (before === 0 && after === 0) return gradient;
    const size = gradient.shape[axis] - before - after;
    const part = (start: number, length: number) =>
      tf.slice(
        gradient,
        gradient.shape.map((_, i) => (i === axis ? start : 0)),
        gradient.shape.map((n, i) => (i === axis ? length : n)),
      );
    const placed = (piece: tf.Tensor, start: number) =>
      tf.pad(
        tf.reverse(piece, axis),
        gradient.shape.map((_, i) => (i === axis ? [start, size - start - piece.shape[axis]] : [0, 0])),
      );
    const parts = [part(before, size)];
    if (before > 0) parts.push(placed(part(0, before), skip));
    if (after > 0) parts.push(placed(part(before + size, after), size - skip - after));
    return tf.addN(parts);
  }, dy);
}

/** Adjoint of gather along an axis: rows of dy are added where they were taken. */
function ungather(dy: tf.Tensor, x: tf.Tensor, indices: tf.Tensor, axis: number): tf.Tensor {
  const outer = x.shape.slice(0, axis);
  const inner = x.shape.slice(axis + 1);
  const rows = tf.reshape(dy, [...outer, indices.size, ...inner]);
  const order = [axis, ...outer.map((_, i) => i), ...inner.map((_, i) => axis + 1 + i)];
  const summed = tf.unsortedSegmentSum(tf.transpose(rows, order), tf.reshape(indices, [indices.size]), x.shape[axis]);
  return tf.transpose(
    summed,
    order.map((_, i) => order.indexOf(i)),
  );
}

export const shapeGradients: readonly GradientRule[] = [
  defineGradient("Identity", [], (dy) => ({ x: () => tf.clone(dy) })),
  defineGradient("Cast", [], (dy) => ({ x: () => tf.clone(dy) })),
  defineGradient("Reshape", ["x"], (dy, [x]) => ({ x: () => tf.reshape(dy, x.shape) })),
  defineGradient("ExpandDims", ["input"], (dy, [input]) => ({ input: () => tf.reshape(dy, input.shape) })),
  defineGradient<{ perm: number[] }>("Transpose", [], (dy, _, { perm }) => ({
    x: () =>
      tf.transpose(
        dy,
        perm.map((_, i) => perm.indexOf(i)),
      ),
  })),
  defineGradient<{ dims: number | number[] }>("Reverse", [], (dy, _, { dims }) => ({
    x: () => tf.reverse(dy, axesOf(dims, dy.shape)),
  })),
  defineGradient("FlipLeftRight", [], (dy) => ({ image: () => tf.reverse(dy, 2) })),
  defineGradient<{ axis: number }>("Concat", "all", (dy, saved, { axis }) => {
    const [along] = axesOf(axis, saved[0].shape);
    const parts = tf.split(
      dy,
      saved.map(({ shape }) => shape[along]),
      along,
    );
    return byIndex(parts.map((part) => () => part));
  }),
  // Kernels with several outputs receive the list of their gradients as dy.
  defineGradient<{ axis: number }>("SplitV", [], (dys, _, { axis }) => ({ x: () => tf.concat([dys].flat(), axis) })),
  defineGradient<{ axis: number }>("Unpack", [], (dys, _, { axis }) => ({ value: () => tf.stack([dys].flat(), axis) })),
  defineGradient<{ axis: number }>("Pack", "all", (dy, _, { axis }) => byIndex(tf.unstack(dy, axis).map((part) => () => part))),
  defineGradient<{ begin: number[]; size: number[] }>("Slice", ["x"], (dy, [x], { begin }) => ({
    x: () =>
      tf.pad(
        dy,
        dy.shape.map((size, i) => [begin[i] ?? 0, x.shape[i] - (begin[i] ?? 0) - size]),
      ),
  })),
  defineGradient<{ paddings: Paddings }>("PadV2", ["x"], (dy, [x], { paddings }) => ({
    x: () =>
      tf.slice(
        dy,
        paddings.map(([before]) => before),
        x.shape,
      ),
  })),
  defineGradient<{ paddings: Paddings; mode: "reflect" | "symmetric" }>("MirrorPad", [], (dy, _, { paddings, mode }) => ({
    x: () => foldMirror(dy, paddings, mode),
  })),
  defineGradient<{ reps: number[] }>("Tile", ["x"], (dy, [x], { reps }) => ({ x: () => untile(dy, x.shape, reps) })),
  defineGradient<{ shape: number[] }>("BroadcastTo", ["x"], (dy, [x]) => ({
    x: () =>
      untile(
        dy,
        x.shape,
        dy.shape.map((size, i) => size / x.shape[i]),
      ),
  })),
  defineGradient<{ axis: number; batchDims: number }>("GatherV2", ["x", "indices"], (dy, [x, indices], { axis, batchDims }) => ({
    x: () => {
      if (batchDims !== 0)
        throw new Error("[gather] the gradient of gather with batchDims is not built; gather one batch at a time.");
      return ungather(dy, x, indices, axesOf(axis, x.shape)[0]);
    },
    indices: zeroGradient(indices),
  })),
  defineGradient("UnsortedSegmentSum", ["segmentIds"], (dy, [segmentIds]) => ({
    x: () => {
      // Rows of a negative segment were left out of the sum.
      const kept = tf.cast(tf.greaterEqual(segmentIds, 0), "float32");
      const rows = tf.gather(dy, tf.cast(tf.maximum(segmentIds, tf.zerosLike(segmentIds)), "int32"));
      return tf.mul(rows, tf.reshape(kept, [...segmentIds.shape, ...rows.shape.slice(segmentIds.rank).map(() => 1)]));
    },
    segmentIds: zeroGradient(segmentIds),
  })),
  defineGradient("OneHot", ["indices"], (_, [indices]) => ({ indices: zeroGradient(indices) })),
  defineGradient<{ blockShape: number[]; crops: Paddings }>("BatchToSpaceND", [], (dy, _, { blockShape, crops }) => ({
    x: () => tf.spaceToBatchND(dy, blockShape, crops),
  })),
  defineGradient<{ blockShape: number[]; paddings: Paddings }>("SpaceToBatchND", [], (dy, _, { blockShape, paddings }) => ({
    x: () => tf.batchToSpaceND(dy, blockShape, paddings),
  })),
  defineGradient<{ blockSize: number; dataFormat: string }>("DepthToSpace", ["x"], (dy, [x], { blockSize: b, dataFormat }) => ({
    x: () => {
      if (dataFormat !== "NHWC") throw new Error("[depthToSpace] the gradient is built for NHWC only.");
      const [n, h, w, c] = x.shape;
      const blocks = tf.reshape(dy, [n, h, b, w, b, c / (b * b)]);
      return tf.reshape(tf.transpose(blocks, [0, 1, 3, 2, 4, 5]), [n, h, w, c]);
    },
  })),
];
