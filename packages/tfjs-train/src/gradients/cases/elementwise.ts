import * as tf from "@tensorflow/tfjs-core";
import { softplus } from "../../layers/activations.ts";
import { CUBE, fixed, type GradientCase, matrix, POSITIVE, ROW } from "./gradient-case.ts";

const range = (low: number, high: number) => ({ range: [low, high] as const });
const positive = { range: POSITIVE };

const unary: readonly GradientCase[] = [
  matrix("abs", (x) => tf.abs(x)),
  matrix("acos", (x) => tf.acos(x), range(-0.8, 0.8)),
  matrix("acosh", (x) => tf.acosh(x), range(1.2, 3)),
  matrix("asin", (x) => tf.asin(x), range(-0.8, 0.8)),
  matrix("asinh", (x) => tf.asinh(x)),
  matrix("atan", (x) => tf.atan(x)),
  matrix("atanh", (x) => tf.atanh(x), range(-0.8, 0.8)),
  matrix("ceil", (x) => tf.ceil(x)),
  matrix("clipByValue", (x) => tf.clipByValue(x, -0.5, 1)),
  matrix("clipByValue: all inside", (x) => tf.clipByValue(tf.square(x), -9, 9)),
  matrix("cos", (x) => tf.cos(x)),
  matrix("cosh", (x) => tf.cosh(x)),
  matrix("elu", (x) => tf.elu(x)),
  matrix("elu: of a product", (x) => tf.elu(tf.mul(x, tf.elu(x)))),
  matrix("erf", (x) => tf.erf(x)),
  matrix("exp", (x) => tf.exp(x)),
  matrix("exp: of tanh, times x", (x) => tf.mul(tf.exp(tf.tanh(x)), x)),
  matrix("expm1", (x) => tf.expm1(x)),
  matrix("floor", (x) => tf.floor(x)),
  matrix("leakyRelu", (x) => tf.leakyRelu(x, 0.2)),
  matrix("leakyRelu: negative slope", (x) => tf.leakyRelu(tf.sin(x), -0.5)),
  matrix("log", (x) => tf.log(x), positive),
  matrix("log1p", (x) => tf.log1p(x), positive),
  matrix("logSigmoid", (x) => tf.logSigmoid(x)),
  matrix("neg", (x) => tf.neg(x)),
  matrix("prelu", (x) => tf.prelu(x, fixed([5]))),
  matrix("prelu: one slope", (x) => tf.prelu(x, tf.scalar(0.3))),
  matrix("prelu: slopes of another rank", (x) => tf.prelu(tf.sin(x), fixed([3, 1])), { shape: CUBE }),
  matrix("prelu: by the slope", (x) => tf.prelu(fixed(ROW), x)),
  matrix("prelu: by a broadcast slope", (x) => tf.prelu(fixed([4, 3, 2]), tf.square(x)), { shape: [3, 1] }),
  matrix("reciprocal", (x) => tf.reciprocal(x), positive),
  matrix("relu", (x) => tf.relu(x)),
  matrix("relu6", (x) => tf.relu6(tf.mul(x, 5))),
  matrix("rsqrt", (x) => tf.rsqrt(x), positive),
  matrix("round", (x) => tf.round(x)),
  matrix("selu", (x) => tf.selu(x)),
  matrix("selu: of a product", (x) => tf.selu(tf.mul(x, tf.selu(x)))),
  matrix("sigmoid", (x) => tf.sigmoid(x)),
  matrix("sigmoid: x·sigmoid(x)", (x) => tf.mul(x, tf.sigmoid(x))),
  matrix("sigmoid: far out", (x) => tf.sigmoid(tf.mul(x, 20))),
  matrix("sign", (x) => tf.sign(x)),
  matrix("sin", (x) => tf.sin(x)),
  matrix("sinh", (x) => tf.sinh(x)),
  matrix("softplus", (x) => tf.softplus(x)),
  matrix("softplus: of tfjs-train", (x) => softplus(x)),
  matrix("sqrt", (x) => tf.sqrt(x), positive),
  matrix("square", (x) => tf.square(x)),
  matrix("step", (x) => tf.step(x)),
  matrix("tan", (x) => tf.tan(x), range(-1, 1)),
  matrix("tanh", (x) => tf.tanh(x)),
  matrix("tanh: of tanh, times x", (x) => tf.mul(tf.tanh(tf.tanh(x)), x)),
];

const rowOf = (x: tf.Tensor) => tf.slice(x, [0, 0], [1, 5]); // [1, 5]
const columnOf = (x: tf.Tensor) => tf.slice(x, [0, 2], [2, 1]); // [2, 1]

const binary: readonly GradientCase[] = [
  matrix("add", (x) => tf.add(x, rowOf(x))),
  matrix("sub", (x) => tf.sub(tf.slice(x, [1, 0], [1, 5]), x)),
  matrix("mul", (x) => tf.mul(x, tf.slice(x, [0, 1], [2, 1]))),
  matrix("mul: scalar and tensor", (x) => tf.mul(tf.sum(x), x)),
  matrix("mul: both broadcast", (x) => tf.mul(rowOf(x), columnOf(x))),
  matrix("div", (x) => tf.div(rowOf(x), x), positive),
  matrix("divNoNan", (x) => tf.divNoNan(rowOf(x), x), positive),
  matrix("maximum", (x) => tf.maximum(x, columnOf(x))),
  matrix("minimum", (x) => tf.minimum(columnOf(x), x)),
  matrix("squaredDifference", (x) => tf.squaredDifference(x, rowOf(x))),
  matrix("pow: by the base", (x) => tf.pow(x, 3)),
  matrix("pow: integer exponent as a tensor", (x) => tf.pow(x, tf.scalar(2, "int32"))),
  matrix("pow: exponents 0, 1, 2 at base 0", (x) => tf.pow(x, tf.tensor1d([0, 1, 2, 3, 4])), { start: [0, 0, 0, 0, 0] }),
  matrix("pow: roots", (x) => tf.pow(x, 0.5), positive),
  matrix("pow: by the exponent", (x) => tf.pow(tf.add(tf.abs(fixed(ROW)), 0.3), x)),
  matrix("pow: by both, broadcast", (x) => tf.pow(tf.add(tf.square(rowOf(x)), 0.3), columnOf(x))),
  matrix("atan2", (x) => tf.atan2(x, tf.add(tf.square(x), 1))),
  matrix("mod", (x) => tf.mod(x, 0.7), positive),
  matrix("where", (x) => tf.where(tf.greater(x, 0.3), tf.square(x), tf.exp(x))),
  matrix("where: broadcast", (x) => tf.where(tf.greater(columnOf(x), 0.3), tf.square(x), rowOf(x))),
  matrix("addN", (x) => tf.addN([x, tf.square(x), x])),
];

const flag = (condition: tf.Tensor) => tf.cast(condition, "float32");

/** Comparisons stand between x and y on the tape, and have no slope. */
const comparisons: readonly GradientCase[] = Object.entries({
  equal: tf.equal,
  notEqual: tf.notEqual,
  greater: tf.greater,
  greaterEqual: tf.greaterEqual,
  less: tf.less,
  lessEqual: tf.lessEqual,
}).map(([name, compare]) => matrix(name, (x) => tf.mul(tf.square(x), flag(compare(x, columnOf(x))))));

const logic: readonly GradientCase[] = [
  matrix("logicalAnd", (x) => tf.mul(tf.exp(x), flag(tf.logicalAnd(tf.greater(x, -1), tf.less(x, rowOf(x)))))),
  matrix("logicalOr", (x) => tf.mul(tf.exp(x), flag(tf.logicalOr(tf.greater(x, 1), tf.less(x, rowOf(x)))))),
  matrix("logicalXor", (x) => tf.mul(tf.exp(x), flag(tf.logicalXor(tf.greater(x, -1), tf.less(x, rowOf(x)))))),
  matrix("logicalNot", (x) => tf.mul(tf.exp(x), flag(tf.logicalNot(tf.greater(x, 0.2))))),
  matrix("floorDiv", (x) => tf.mul(x, tf.floorDiv(x, tf.scalar(0.7)))),
  matrix("isFinite", (x) => tf.mul(tf.exp(x), flag(tf.isFinite(x)))),
  matrix("isInf", (x) => tf.mul(tf.exp(x), tf.sub(1, flag(tf.isInf(x))))),
  matrix("isNaN", (x) => tf.mul(tf.exp(x), tf.sub(1, flag(tf.isNaN(x))))),
];

export const elementwiseCases: readonly GradientCase[] = [...unary, ...binary, ...comparisons, ...logic];
