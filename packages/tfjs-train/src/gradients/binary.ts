import * as tf from "@tensorflow/tfjs-core";
import { asFloat, byIndex, defineGradient, type GradientRule, ownCopy, unbroadcast, zeroGradient } from "./gradient-rule.ts";

/** (dy/da, dy/db) as functions of a and b, times dy; broadcasting is undone for all alike. */
type Pair = readonly [
  (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
];

const pairs: Readonly<Record<string, Pair>> = {
  Add: [(dy) => dy, (dy) => dy],
  Sub: [(dy) => dy, (dy) => tf.neg(dy)],
  Multiply: [(dy, _, b) => tf.mul(dy, b), (dy, a) => tf.mul(dy, a)],
  RealDiv: [(dy, _, b) => tf.div(dy, b), (dy, a, b) => tf.neg(tf.div(tf.mul(dy, tf.div(a, b)), b))],
  Maximum: [(dy, a, b) => tf.mul(dy, asFloat(tf.greaterEqual(a, b))), (dy, a, b) => tf.mul(dy, asFloat(tf.less(a, b)))],
  Minimum: [(dy, a, b) => tf.mul(dy, asFloat(tf.lessEqual(a, b))), (dy, a, b) => tf.mul(dy, asFloat(tf.greater(a, b)))],
  SquaredDifference: [(dy, a, b) => tf.mul(dy, tf.mul(tf.sub(a, b), 2)), (dy, a, b) => tf.mul(dy, tf.mul(tf.sub(b, a), 2))],
  Pow: [
    (dy, a, b) => tf.mul(dy, tf.mul(b, tf.pow(nonZeroBase(a, b), tf.sub(b, 1)))),
    (dy, a, b) => tf.mul(dy, tf.mul(tf.pow(a, b), safeLog(a))),
  ],
  Atan2: [
    (dy, a, b) => tf.mul(dy, tf.div(b, tf.add(tf.square(a), tf.square(b)))),
    (dy, a, b) => tf.neg(tf.mul(dy, tf.div(a, tf.add(tf.square(a), tf.square(b))))),
  ],
  Mod: [(dy) => dy, (dy, a, b) => tf.neg(tf.mul(dy, tf.floor(tf.div(a, b))))],
};

/** Locally constant: comparisons have no gradient, but stand between x and y on the tape. */
const comparisons = [
  "BitwiseAnd",
  "Equal",
  "FloorDiv",
  "Greater",
  "GreaterEqual",
  "Less",
  "LessEqual",
  "LogicalAnd",
  "LogicalOr",
  "LogicalXor",
  "NotEqual",
] as const;

/** 1 for a in 0⁰, whose derivative 0·0⁻¹ is 0; else a. */
const nonZeroBase = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
  tf.where(tf.logicalAnd(tf.equal(a, 0), tf.equal(b, 0)), tf.onesLike(a), a);

/** log(a) where a > 0, else 0: the derivative of 0^b by b is 0. */
function safeLog(a: tf.Tensor): tf.Tensor {
  const positive = tf.greater(a, 0);
  return tf.where(positive, tf.log(tf.where(positive, a, tf.onesLike(a))), tf.zerosLike(a));
}

export const binaryGradients: readonly GradientRule[] = [
  ...Object.entries(pairs).map(([kernel, [byA, byB]]) =>
    defineGradient(kernel, ["a", "b"], (dy, [a, b]) => ({
      a: () => ownCopy(unbroadcast(byA(dy, asFloat(a), asFloat(b)), a.shape), dy),
      b: () => ownCopy(unbroadcast(byB(dy, asFloat(a), asFloat(b)), b.shape), dy),
    })),
  ),
  ...comparisons.map((kernel) => defineGradient(kernel, ["a", "b"], (_, [a, b]) => ({ a: zeroGradient(a), b: zeroGradient(b) }))),
  defineGradient("LogicalNot", ["x"], (_, [x]) => ({ x: zeroGradient(x) })),
  defineGradient("AddN", "all", (dy, saved) => byIndex(saved.map(() => () => tf.clone(dy)))),
  defineGradient("Prelu", ["x", "alpha"], (dy, [x, alpha]) => ({
    x: () => unbroadcast(tf.mul(dy, tf.add(tf.step(x), tf.mul(tf.sub(1, tf.step(x)), alpha))), x.shape),
    alpha: () => unbroadcast(tf.mul(dy, tf.minimum(x, 0)), alpha.shape),
  })),
  defineGradient("Select", ["condition", "t"], (dy, [condition, t]) => {
    // A condition of rank 1 over tensors of higher rank picks whole rows.
    const mask = () => {
      const flat = asFloat(condition);
      return condition.rank === 1 && t.rank > 1 ? tf.reshape(flat, [condition.size, ...t.shape.slice(1).map(() => 1)]) : flat;
    };
    return {
      condition: zeroGradient(condition),
      t: () => tf.mul(dy, mask()),
      e: () => tf.mul(dy, tf.sub(1, mask())),
    };
  }),
];
