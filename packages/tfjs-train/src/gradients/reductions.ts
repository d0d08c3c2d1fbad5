import * as tf from "@tensorflow/tfjs-core";
import { asFloat, axesOf, defineGradient, type GradientRule, keepDimensions, zeroGradient } from "./gradient-rule.ts";
import { locallyConstant } from "./history.ts";

interface Axis {
  axis: number | number[] | null;
}
interface ReductionIndices {
  reductionIndices: number | number[] | null;
}

/** Repeats a reduced gradient along the axes that were summed. */
function spread(dy: tf.Tensor, shape: readonly number[], axes: readonly number[]): tf.Tensor {
  const kept = tf.reshape(dy, keepDimensions(shape, axes));
  return tf.tile(
    kept,
    shape.map((size, i) => (axes.includes(i) ? size : 1)),
  );
}

/** dy to where the extremum lies, in equal parts where several entries share it. */
function extremum(dy: tf.Tensor, x: tf.Tensor, axes: readonly number[], reduce: typeof tf.max): tf.Tensor {
  const kept = keepDimensions(x.shape, axes);
  const share = locallyConstant(x, () => {
    const mask = asFloat(tf.equal(x, reduce(x, [...axes], true)));
    return tf.div(mask, tf.sum(mask, [...axes], true));
  });
  return tf.mul(share, tf.reshape(dy, kept));
}

export const reductionGradients: readonly GradientRule[] = [
  defineGradient<Axis>("Sum", ["x"], (dy, [x], { axis }) => ({ x: () => spread(dy, x.shape, axesOf(axis, x.shape)) })),
  defineGradient<Axis>("Mean", ["x"], (dy, [x], { axis }) => ({
    x: () => spread(tf.mul(dy, dy.size / x.size), x.shape, axesOf(axis, x.shape)),
  })),
  defineGradient<ReductionIndices>("Max", ["x"], (dy, [x], { reductionIndices }) => ({
    x: () => extremum(dy, x, axesOf(reductionIndices, x.shape), tf.max),
  })),
  defineGradient<Axis>("Min", ["x"], (dy, [x], { axis }) => ({ x: () => extremum(dy, x, axesOf(axis, x.shape), tf.min) })),
  defineGradient("Softmax", ["logits"], (dy, [logits]) => ({
    logits: () => {
      const y = tf.softmax(logits);
      const weighted = tf.mul(dy, y);
      return tf.sub(weighted, tf.mul(tf.sum(weighted, -1, true), y));
    },
  })),
  defineGradient<{ axis: number }>("LogSoftmax", ["logits"], (dy, [logits], { axis }) => ({
    logits: () => tf.sub(dy, tf.mul(tf.sum(dy, axis, true), tf.softmax(logits, axis))),
  })),
  defineGradient("ArgMax", ["x"], (_, [x]) => ({ x: zeroGradient(x) })),
  defineGradient("ArgMin", ["x"], (_, [x]) => ({ x: zeroGradient(x) })),
  defineGradient("All", ["x"], (_, [x]) => ({ x: zeroGradient(x) })),
  defineGradient("Any", ["x"], (_, [x]) => ({ x: zeroGradient(x) })),
];
