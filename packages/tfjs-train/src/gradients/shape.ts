import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";
import { axesOf, byIndex, defineGradient, type GradientRule, ownCopy } from "./gradient-rule.ts";

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
  defineGradient<{ paddings: Paddings }>("PadV2", ["x"], (dy, [x], { paddings }) => ({
    x: () =>
      tf.slice(
        dy,
        paddings.map(([before]) => before),
        x.shape,
      ),
  })),
  defineGradient<{ paddings: Paddings; mode: "reflect" | "symmetric" }>("MirrorPad", [], (dy, _, { paddings, mode }) => ({
    x: () => ownCopy(foldMirror(dy, paddings, mode), dy),
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
  defineGradient<{ blockShape: number[]; crops: Paddings }>("BatchToSpaceND", [], (dy, _, { blockShape, crops }) => ({
    x: () => tf.spaceToBatchND(dy, blockShape, crops),
  })),
  defineGradient<{ blockShape: number[]; paddings: Paddings }>("SpaceToBatchND", [], (dy, _, { blockShape, paddings }) => ({
    x: () => tf.batchToSpaceND(dy, blockShape, paddings),
  })),
  defineGradient<{ blockSize: number; dataFormat: string }>("DepthToSpace", ["x"], (dy, [x], { blockSize: b, dataFormat }) => ({
    x: () => {
      expect(dataFormat === "NHWC", "depthToSpace", `the gradient is there for NHWC only; got ${dataFormat}. Transpose before.`);
      const [n, h, w, c] = x.shape;
      const blocks = tf.reshape(dy, [n, h, b, w, b, c / (b * b)]);
      return tf.reshape(tf.transpose(blocks, [0, 1, 3, 2, 4, 5]), [n, h, w, c]);
    },
  })),
  defineGradient("Diag", ["x"], (dy, [x]) => ({
    x: () => tf.reshape(tf.sum(tf.mul(tf.reshape(dy, [x.size, x.size]), tf.eye(x.size)), 1), x.shape),
  })),
];
