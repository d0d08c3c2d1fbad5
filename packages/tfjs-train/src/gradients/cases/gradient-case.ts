import * as tf from "@tensorflow/tfjs-core";

/** An op to be differentiated twice in the tests: a function of one tensor, away from its kinks. */
export interface GradientCase {
  /** "op" or "op: variant"; the part before the colon is its line in precision.md. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Range of the entries, which are distinct and evenly spread. Default [−1.9, 2.1]. */
  readonly range?: readonly [low: number, high: number];
  /** Entries that stand for the first ones: zeros, ties. */
  readonly start?: readonly number[];
  readonly op: (x: tf.Tensor) => tf.Tensor;
}

type Options = Partial<Pick<GradientCase, "shape" | "range" | "start">>;

export const ROW = [2, 5];
export const CUBE = [2, 3, 2];
const IMAGE = [1, 4, 4, 2];
export const POSITIVE = [0.2, 2.2] as const;

/** A fixed tensor of the given shape with distinct entries that float32 holds exactly; a pure function of shape and seed. */
export function fixed(shape: readonly number[], seed = 1): tf.Tensor {
  const size = tf.util.sizeFromShape([...shape]);
  return tf.tensor(
    Array.from({ length: size }, (_, i) => Math.fround(Math.sin(12.9 * (i + 1) * seed) * 0.9)),
    [...shape],
    "float32",
  );
}

/** The entries at which a case is differentiated: evenly spread, in a scattered order, exact in float32. */
export function entriesOf({ shape, range: [low, high] = [-1.9, 2.1], start = [] }: GradientCase): number[] {
  const size = tf.util.sizeFromShape([...shape]);
  const stride = [7, 11, 13, 17, 1].find((step) => step === 1 || size % step !== 0) ?? 1; // prime to the size: every place once
  return Array.from({ length: size }, (_, i) =>
    Math.fround(start[i] ?? low + ((((i * stride) % size) + 0.37) / size) * (high - low)),
  );
}

/** A case of a 2 × 5 matrix, or of another shape. */
export const matrix = (name: string, op: (x: tf.Tensor) => tf.Tensor, options: Options = {}): GradientCase => ({
  name,
  shape: ROW,
  op,
  ...options,
});

/** A case of an image of 4 × 4 pixels and two channels, or of another shape of rank 4. */
export const image = (name: string, op: (x: tf.Tensor4D) => tf.Tensor, options: Options = {}): GradientCase => ({
  name,
  shape: IMAGE,
  op: (x) => op(x as tf.Tensor4D), // the shapes given have rank 4
  ...options,
});

export const filter = (height: number, width: number, a: number, b: number): tf.Tensor4D =>
  fixed([height, width, a, b], 3) as tf.Tensor4D; // rank 4

/** Paddings, one pair an axis. */
export const pads = (...sizes: [number, number][]) => sizes;

export const integers = (values: tf.TensorLike, shape?: number[]): tf.Tensor => tf.tensor(values, shape, "int32");
