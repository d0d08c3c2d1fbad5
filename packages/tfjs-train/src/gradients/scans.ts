import * as tf from "@tensorflow/tfjs-core";
import { axesOf, defineGradient, type GradientRule, keepDimensions } from "./gradient-rule.ts";

interface ScanAttributes {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

/** zᵢ₊ₙ along an axis, zeros where there is none. */
function ahead(z: tf.Tensor, axis: number, distance: number): tf.Tensor {
  const at = (value: number) => z.shape.map((_, i) => (i === axis ? value : 0));
  const size = z.shape.map((length, i) => (i === axis ? length - distance : length));
  return tf.pad(
    tf.slice(z, at(distance), size),
    at(distance).map((after) => [0, after] as [number, number]),
  );
}

/**
 * sᵢ = dyᵢ + aᵢ·sᵢ₊₁ along an axis, in ⌈log₂ n⌉ doubling steps: no division, so zeros in `a` do no harm.
 *
 * @param factors - a, of the shape of dy.
 */
function backwardRecurrence(dy: tf.Tensor, factors: tf.Tensor, axis: number): tf.Tensor {
  let sum = dy;
  let product = factors;
  for (let distance = 1; distance < dy.shape[axis]; distance *= 2) {
    sum = tf.add(sum, tf.mul(product, ahead(sum, axis, distance)));
    product = tf.mul(product, ahead(product, axis, distance));
  }
  return sum;
}

/**
 * Adjoint of a running product: dxᵢ = Π_{k<i} xₖ · sᵢ, with sᵢ = dyᵢ + xᵢ₊₁·sᵢ₊₁. Exact where entries are 0, differentiable
 * again; O(n log n) for n entries along the axis.
 */
function cumprodGradient(dy: tf.Tensor, x: tf.Tensor, { axis, exclusive, reverse }: ScanAttributes): tf.Tensor {
  const turned = (z: tf.Tensor) => (reverse ? tf.reverse(z, axis) : z);
  const entries = turned(x);
  const before = tf.cumprod(entries, axis, true);
  const after = exclusive
    ? ahead(backwardRecurrence(turned(dy), entries, axis), axis, 1)
    : backwardRecurrence(turned(dy), ahead(entries, axis, 1), axis);
  return turned(tf.mul(before, after));
}

/** Each entry's gradient is the product of all others: of those before it times those after it. */
function prodGradient(dy: tf.Tensor, x: tf.Tensor, axes: readonly number[]): tf.Tensor {
  const order = [...x.shape.keys()].filter((axis) => !axes.includes(axis)).concat(axes);
  const kept = order.slice(0, order.length - axes.length).map((axis) => x.shape[axis]);
  const rows = tf.reshape(tf.transpose(x, order), [...kept, -1]);
  const last = kept.length;
  const others = tf.mul(tf.cumprod(rows, last, true), tf.cumprod(rows, last, true, true));
  const shaped = tf.reshape(
    others,
    order.map((axis) => x.shape[axis]),
  );
  const back = tf.transpose(
    shaped,
    order.map((_, i) => order.indexOf(i)),
  );
  return tf.mul(back, tf.reshape(dy, keepDimensions(x.shape, axes)));
}

export const scanGradients: readonly GradientRule[] = [
  defineGradient<ScanAttributes>("Cumsum", [], (dy, _, { axis, exclusive, reverse }) => ({
    x: () => tf.cumsum(dy, axis, exclusive, !reverse),
  })),
  defineGradient<ScanAttributes>("Cumprod", ["x"], (dy, [x], attributes) => ({
    x: () => cumprodGradient(dy, x, { ...attributes, axis: axesOf(attributes.axis, x.shape)[0] }),
  })),
  defineGradient<{ axis: number | number[] | null }>("Prod", ["x"], (dy, [x], { axis }) => ({
    x: () => (x.size === 0 ? tf.zeros(x.shape) : prodGradient(dy, x, axesOf(axis, x.shape))),
  })),
];
