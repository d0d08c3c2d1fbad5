import type * as tf from "@tensorflow/tfjs-core";
import { checkOptions } from "repro-kit";
import { type Pair, type ResampleFilter, sides, type Upfirdn2dOptions, upfirdn2d } from "./upfirdn2d.ts";

/** Padding is counted from the result that is aligned with the image. */
export type Filter2dOptions = Pick<Upfirdn2dOptions, "padding" | "gain" | "flipFilter">;

const known = ["padding", "gain", "flipFilter"];

/** Pads each axis by what its taps need, given as floors of halves, and adds what the caller asked for. */
function padded(
  filter: ResampleFilter | null,
  padding: Upfirdn2dOptions["padding"],
  need: (taps: number, axis: 0 | 1) => readonly [before: number, after: number],
): readonly [number, number, number, number] {
  const shape: readonly number[] = filter?.shape ?? [1];
  const [tapsY, tapsX] = shape.length === 1 ? [shape[0], shape[0]] : shape;
  const [left, right, top, bottom] = sides(padding);
  const [x, y] = [need(tapsX, 0), need(tapsY, 1)];
  return [left + x[0], right + x[1], top + y[0], bottom + y[1]];
}

const pairOf = (value: Pair): readonly [number, number] => (typeof value === "number" ? [value, value] : value);
const half = (value: number): number => Math.floor(value / 2);

/**
 * Filters an image and keeps its size.
 *
 * @see Karras et al. 2020 (StyleGAN2-ADA), reference program, torch_utils/ops/upfirdn2d.py (filter2d).
 */
export function filter2d(x: tf.Tensor4D, filter: ResampleFilter | null, options: Filter2dOptions = {}): tf.Tensor4D {
  checkOptions("filter2d", options, known);
  return upfirdn2d(x, filter, { ...options, padding: padded(filter, options.padding, (taps) => [half(taps), half(taps - 1)]) });
}

/**
 * Makes an image `up` times as large, and as bright: the gain is multiplied by the number of new pixels.
 *
 * @param options.up - Default 2.
 * @see Karras et al. 2020 (StyleGAN2-ADA), reference program, torch_utils/ops/upfirdn2d.py (upsample2d).
 */
export function upsample2d(
  x: tf.Tensor4D,
  filter: ResampleFilter | null,
  options: Filter2dOptions & { readonly up?: Pair } = {},
): tf.Tensor4D {
  checkOptions("upsample2d", options, [...known, "up"]);
  const { up = 2, gain = 1, padding } = options;
  const factors = pairOf(up);
  return upfirdn2d(x, filter, {
    ...options,
    up,
    gain: gain * factors[0] * factors[1],
    padding: padded(filter, padding, (taps, axis) => [half(taps + factors[axis] - 1), half(taps - factors[axis])]),
  });
}

/**
 * Makes an image `down` times as small.
 *
 * @param options.down - Default 2.
 * @see Karras et al. 2020 (StyleGAN2-ADA), reference program, torch_utils/ops/upfirdn2d.py (downsample2d).
 */
export function downsample2d(
  x: tf.Tensor4D,
  filter: ResampleFilter | null,
  options: Filter2dOptions & { readonly down?: Pair } = {},
): tf.Tensor4D {
  checkOptions("downsample2d", options, [...known, "down"]);
  const { down = 2, padding } = options;
  const factors = pairOf(down);
  return upfirdn2d(x, filter, {
    ...options,
    down,
    padding: padded(filter, padding, (taps, axis) => [half(taps - factors[axis] + 1), half(taps - factors[axis])]),
  });
}
