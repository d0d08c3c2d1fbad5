import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect } from "repro-kit";
import { runFused } from "../fused.ts";
import { type ResamplingAxis, type Upfirdn2dAttributes, upfirdn2dAdjoint, upfirdn2dAxes } from "./upfirdn2d-sizes.ts";

/** A number for both axes, or [x, y]. */
export type Pair = number | readonly [x: number, y: number];

export interface Upfirdn2dOptions {
  /** Zeros are put between pixels, up − 1 of them. Default 1. */
  readonly up?: Pair;
  /** Every down-th pixel is kept. Default 1. */
  readonly down?: Pair;
  /** Pixels of zeros around the upsampled image: all sides, [x, y], or [left, right, top, bottom]; negative numbers crop. Default 0. */
  readonly padding?:
    | number
    | readonly [x: number, y: number]
    | readonly [left: number, right: number, top: number, bottom: number];
  /** The result's scale; a filter of rank 1 gets its root on each axis. Default 1. */
  readonly gain?: number;
  /** False (default): convolution. True: correlation. */
  readonly flipFilter?: boolean;
}

const known = ["up", "down", "padding", "gain", "flipFilter"];

/**
 * Pads or crops, upsamples by zeros, filters and downsamples: y = down(filter ∗ pad(up(x)))·gain, each channel by itself.
 * One kernel on wasm, plain ops elsewhere. Differentiable by x as often as one likes, since its gradient is an upfirdn2d too;
 * the filter is taken as constant.
 *
 * @param x - [batch, height, width, channels], float32.
 * @param filter - [taps] along both axes or [tapsY, tapsX], float32; null for none. See {@link setupFilter}.
 * @returns [batch, ⌊(height·upY + top + bottom − tapsY)/downY⌋ + 1, ⌊(width·upX + left + right − tapsX)/downX⌋ + 1, channels].
 * @throws UsageError if the padded image is smaller than the filter.
 * @see Karras et al. 2020 (StyleGAN2-ADA), reference program, torch_utils/ops/upfirdn2d.py; pairs are [x, y] as there.
 */
export function upfirdn2d(x: tf.Tensor4D, filter: ResampleFilter | null, options: Upfirdn2dOptions = {}): tf.Tensor4D {
  checkOptions("upfirdn2d", options, known);
  const { up = 1, down = 1, padding = 0, gain = 1, flipFilter = false } = options;
  expect(x.rank === 4, "upfirdn2d", () => `x must be [batch, height, width, channels]; got shape [${x.shape}].`);
  expect(
    filter === null || ((filter.rank === 1 || filter.rank === 2) && filter.size > 0),
    "upfirdn2d",
    () => `the filter must have one or two axes; got shape [${filter?.shape}].`,
  );
  // A filter of rank 1 gets the root.
  expect(
    Number.isFinite(gain) && (gain >= 0 || filter?.rank !== 1),
    "upfirdn2d",
    `gain must be finite, and not negative with a filter of one axis; got ${gain}.`,
  );
  const attributes = { up: factors("up", up), down: factors("down", down), padding: sides(padding), gain, flipFilter };
  return tf.tidy(() => {
    const input = tf.cast(x, "float32");
    if (filter !== null) return resample(input, tf.cast(filter, "float32"), attributes);
    return resample(input, tf.ones([1, 1]), attributes);
  });
}

/** [taps] for both axes, or [tapsY, tapsX]. */
export type ResampleFilter = tf.Tensor<tf.Rank.R1 | tf.Rank.R2>;

function factors(name: string, value: Pair): [number, number] {
  const [x, y] = typeof value === "number" ? [value, value] : value;
  expect(
    [x, y].every((factor) => Number.isInteger(factor) && factor >= 1),
    "upfirdn2d",
    () => `${name} must be a positive integer or a pair [x, y] of them; got ${JSON.stringify(value)}.`,
  );
  return [x, y];
}

/** All four sides. */
export function sides(padding: Upfirdn2dOptions["padding"]): [left: number, right: number, top: number, bottom: number] {
  const list: readonly number[] = typeof padding === "object" ? padding : [padding ?? 0, padding ?? 0];
  expect(
    (list.length === 2 || list.length === 4) && list.every(Number.isInteger),
    "upfirdn2d",
    () => `padding must be an integer, [x, y] or [left, right, top, bottom]; got ${JSON.stringify(padding)}.`,
  );
  return list.length === 2 ? [list[0], list[0], list[1], list[1]] : [list[0], list[1], list[2], list[3]];
}

/** One level of the recursion: the gradient of an upfirdn2d is another one. */
function resample(x: tf.Tensor4D, filter: ResampleFilter, attributes: Upfirdn2dAttributes): tf.Tensor4D {
  const [vertical, horizontal] = upfirdn2dAxes(x.shape, filter.shape, attributes);
  const op = tf.customGrad((input, save) => {
    const image = input as tf.Tensor4D; // called with x below
    (save as tf.GradSaveFunc)([filter]); // it may be gone by the time of the gradient
    const value = tf.getKernel("Upfirdn2d", tf.getBackend())
      ? (runFused("Upfirdn2d", { x: image, filter }, attributes)[0] as tf.Tensor4D) // of one rank
      : compose(image, filter, vertical, horizontal, attributes);
    const adjoint = upfirdn2dAdjoint(vertical, horizontal, attributes);
    return {
      value,
      gradFunc: (dy: tf.Tensor, [kept]: tf.Tensor[]) => resample(dy as tf.Tensor4D, kept as ResampleFilter, adjoint),
    }; // of the result's shape; the filter saved above
  });
  return op(x);
}

/** Of ops that every backend has. */
function compose(
  x: tf.Tensor4D,
  filter: ResampleFilter,
  vertical: ResamplingAxis,
  horizontal: ResamplingAxis,
  { gain, flipFilter }: Upfirdn2dAttributes,
): tf.Tensor4D {
  let image = spread(x, vertical.up, horizontal.up);
  image = fit(image, vertical, horizontal);
  const turned = flipFilter ? filter : tf.reverse(filter);
  const scaled = tf.mul(turned, gain ** (filter.rank / 2));
  const stages =
    filter.rank === 1
      ? [tf.reshape(scaled, [-1, 1, 1, 1]), tf.reshape(scaled, [1, -1, 1, 1])]
      : [tf.reshape(scaled, [...filter.shape, 1, 1])];
  const [, , , channels] = x.shape;
  for (const stage of stages) image = tf.depthwiseConv2d(image, tf.tile(stage as tf.Tensor4D, [1, 1, channels, 1]), 1, "valid"); // reshaped to rank 4
  return thin(image, vertical, horizontal);
}

/** Zeros after every pixel. */
function spread(x: tf.Tensor4D, upY: number, upX: number): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  let image: tf.Tensor = x;
  if (upX > 1) image = padTo(tf.reshape(image, [-1, 1, channels]), upX);
  if (upY > 1) image = padTo(tf.reshape(image, [-1, 1, width * upX * channels]), upY);
  return tf.reshape(image, [batch, height * upY, width * upX, channels]);
}

const padTo = (x: tf.Tensor, size: number): tf.Tensor =>
  tf.pad(x, [
    [0, 0],
    [0, size - 1],
    [0, 0],
  ]);

/** Pads with zeros where the padding is positive, crops where it is negative. */
function fit(x: tf.Tensor4D, vertical: ResamplingAxis, horizontal: ResamplingAxis): tf.Tensor4D {
  const axes = [vertical, horizontal];
  const grown = axes.map(({ padBefore, padAfter }): [number, number] => [Math.max(0, padBefore), Math.max(0, padAfter)]);
  const padded = grown.flat().some((pixels) => pixels > 0) ? tf.pad(x, [[0, 0], ...grown, [0, 0]]) : x;
  const [top, left] = axes.map(({ padBefore }) => Math.max(0, -padBefore));
  const [height, width] = axes.map(({ inSize, up, padBefore, padAfter }) => inSize * up + padBefore + padAfter);
  return tf.slice(padded, [0, top, left, 0], [x.shape[0], height, width, x.shape[3]]);
}

/** Every down-th row and column. */
function thin(x: tf.Tensor4D, vertical: ResamplingAxis, horizontal: ResamplingAxis): tf.Tensor4D {
  const [batch, , width, channels] = x.shape;
  let image = x;
  if (vertical.down > 1) image = every(image, vertical, width * channels, [batch, vertical.outSize, width, channels]);
  const rows = batch * vertical.outSize;
  if (horizontal.down === 1) return image;
  const flat = tf.reshape(image, [rows, width, 1, channels]) as tf.Tensor4D; // rows as images of one column each
  return every(flat, horizontal, channels, [batch, vertical.outSize, horizontal.outSize, channels]);
}

/** Every down-th entry of axis 1, an entry being `run` values. */
function every(
  x: tf.Tensor4D,
  { down, outSize }: ResamplingAxis,
  run: number,
  shape: [number, number, number, number],
): tf.Tensor4D {
  const [outer, size] = x.shape;
  const lines = tf.reshape(x, [outer, size, run]);
  const missing = outSize * down - size;
  const whole =
    missing > 0
      ? tf.pad(lines, [
          [0, 0],
          [0, missing],
          [0, 0],
        ])
      : tf.slice(lines, [0, 0, 0], [outer, outSize * down, run]);
  const first = tf.slice(tf.reshape(whole, [outer * outSize, down, run]), [0, 0, 0], [outer * outSize, 1, run]);
  return tf.reshape(first, shape);
}
