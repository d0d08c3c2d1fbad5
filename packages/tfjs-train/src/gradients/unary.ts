import * as tf from "@tensorflow/tfjs-core";
import { hasFused, runFused } from "../fused.ts";
import { asFloat, defineGradient, type GradientRule } from "./gradient-rule.ts";

/** dy/dx of each elementwise op as a function of x, in ops that can be differentiated again. */
const derivatives: Readonly<Record<string, (x: tf.Tensor, attributes: { alpha: number }) => tf.Tensor>> = {
  Abs: (x) => tf.sign(x),
  Acos: (x) => tf.neg(tf.rsqrt(tf.sub(1, tf.square(x)))),
  Acosh: (x) => tf.rsqrt(tf.sub(tf.square(x), 1)),
  Asin: (x) => tf.rsqrt(tf.sub(1, tf.square(x))),
  Asinh: (x) => tf.rsqrt(tf.add(tf.square(x), 1)),
  Atan: (x) => tf.reciprocal(tf.add(tf.square(x), 1)),
  Atanh: (x) => tf.reciprocal(tf.sub(1, tf.square(x))),
  Cos: (x) => tf.neg(tf.sin(x)),
  Cosh: (x) => tf.sinh(x),
  Elu: (x) => negativeExp(x),
  Erf: (x) => tf.mul(tf.exp(tf.neg(tf.square(x))), 2 / Math.sqrt(Math.PI)),
  Exp: (x) => tf.exp(x),
  Expm1: (x) => tf.exp(x),
  Log: (x) => tf.reciprocal(x),
  Log1p: (x) => tf.reciprocal(tf.add(x, 1)),
  Reciprocal: (x) => tf.neg(tf.reciprocal(tf.square(x))),
  Rsqrt: (x) => tf.mul(tf.div(tf.rsqrt(x), x), -0.5),
  Selu: (x) => tf.mul(tf.add(tf.step(x), tf.mul(tf.sub(negativeExp(x), tf.step(x)), SELU_ALPHA)), SELU_SCALE),
  Sigmoid: (x) => sigmoidSlope(tf.sigmoid(x)),
  Sin: (x) => tf.cos(x),
  Sinh: (x) => tf.cosh(x),
  Softplus: (x) => tf.sigmoid(x),
  Sqrt: (x) => tf.mul(tf.rsqrt(x), 0.5),
  Square: (x) => tf.mul(x, 2),
  Tan: (x) => tf.reciprocal(tf.square(tf.cos(x))),
  Tanh: (x) => tf.sub(1, tf.square(tf.tanh(x))),
};

/** Constant almost everywhere. */
const flat = ["Ceil", "Floor", "IsFinite", "IsInf", "IsNan", "OnesLike", "Round", "Sign", "Step", "ZerosLike"] as const;

/** @see Klambauer et al. 2017, "Self-normalizing neural networks", App. A.4. */
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/** 1 for x > 0, else exp(x); the exponent is cut off so that no 0·∞ can arise. */
function negativeExp(x: tf.Tensor): tf.Tensor {
  const positive = tf.step(x);
  return tf.add(positive, tf.mul(tf.sub(1, positive), tf.exp(tf.minimum(x, 0))));
}

/** dy where x > 0, else slope·dy. */
function rectified(dy: tf.Tensor, x: tf.Tensor, slope: number): tf.Tensor {
  return hasFused("LeakyReluGradient", 0)
    ? runFused("LeakyReluGradient", { dy, x }, { slope })[0]
    : tf.mul(dy, tf.step(x, slope));
}

/** dy where 0 < x < 6, else 0. */
function rectifiedBy6(dy: tf.Tensor, x: tf.Tensor): tf.Tensor {
  return hasFused("Relu6Gradient", 0)
    ? runFused("Relu6Gradient", { dy, x }, {})[0]
    : rectified(rectified(dy, x, 0), tf.sub(6, x), 0);
}

const sigmoidSlope = (y: tf.Tensor): tf.Tensor => tf.sub(y, tf.square(y));

export const unaryGradients: readonly GradientRule[] = [
  ...Object.entries(derivatives).map(([kernel, derivative]) =>
    defineGradient<{ alpha: number }>(kernel, ["x"], (dy, [x], attributes) => ({
      x: () => tf.mul(dy, derivative(asFloat(x), attributes)),
    })),
  ),
  ...flat.map((kernel) => defineGradient(kernel, [], (dy) => ({ x: () => tf.zerosLike(dy) }))),
  defineGradient<{ alpha: number }>("LeakyRelu", ["x"], (dy, [x], { alpha }) => ({ x: () => rectified(dy, x, alpha) })),
  defineGradient("Relu", ["x"], (dy, [x]) => ({ x: () => rectified(dy, asFloat(x), 0) })),
  defineGradient("Relu6", ["x"], (dy, [x]) => ({ x: () => rectifiedBy6(dy, asFloat(x)) })),
  defineGradient("Neg", [], (dy) => ({ x: () => tf.neg(dy) })),
  defineGradient<{ clipValueMin: number; clipValueMax: number }>(
    "ClipByValue",
    ["x"],
    (dy, [x], { clipValueMin, clipValueMax }) => ({
      x: () => tf.mul(dy, asFloat(tf.logicalAnd(tf.greaterEqual(x, clipValueMin), tf.lessEqual(x, clipValueMax)))),
    }),
  ),
];
