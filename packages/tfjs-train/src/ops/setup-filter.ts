import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect } from "repro-kit";
import type { ResampleFilter } from "./upfirdn2d.ts";

export interface SetupFilterOptions {
  /** Make the sum 1. Default true. */
  readonly normalize?: boolean;
  /** Turn it round. Default false. */
  readonly flipFilter?: boolean;
  /** Scale of the whole filter; a filter of one axis gets the root. Default 1. */
  readonly gain?: number;
  /** Keep a list as one axis, to be applied along both. Default: from 8 taps on. */
  readonly separable?: boolean;
}

/** From here on two passes of one axis are taken to be faster than one of two. */
const SEPARABLE_TAPS = 8;

/**
 * A filter for {@link upfirdn2d}: a list of taps becomes its product with itself unless it stays separable, is normalised,
 * turned round and scaled.
 *
 * @param taps - A list, a list of rows, one number, or null for no filtering.
 * @returns [taps] if separable, else [tapsY, tapsX]; float32.
 * @throws UsageError for empty or ragged lists, and where rows are asked to be separable.
 * @see Karras et al. 2020 (StyleGAN2-ADA), reference program, torch_utils/ops/upfirdn2d.py (setup_filter).
 */
export function setupFilter(
  taps: number | readonly number[] | readonly (readonly number[])[] | null,
  options: SetupFilterOptions = {},
): ResampleFilter {
  checkOptions("setupFilter", options, ["normalize", "flipFilter", "gain", "separable"]);
  const given = taps === null ? [1] : typeof taps === "number" ? [taps] : taps;
  const isLine = given.every((entry) => typeof entry === "number");
  const { normalize = true, flipFilter = false, gain = 1 } = options;
  const { separable = isLine && given.length >= SEPARABLE_TAPS } = options;
  const rows = isLine ? [given as readonly number[]] : (given as readonly (readonly number[])[]); // all numbers, or else lists
  expect(
    given.length > 0 && rows.every((row) => Array.isArray(row) && row.length === rows[0].length && row.length > 0),
    "setupFilter",
    "a filter is a list of numbers or of rows of one length; got empty or uneven ones.",
  );
  expect(isLine || !separable, "setupFilter", "rows cannot be kept separable; give the taps of one axis.");
  const line = Float32Array.from(rows[0]);
  const shape = separable ? [line.length] : isLine ? [line.length, line.length] : [rows.length, rows[0].length];
  const values =
    separable || !isLine
      ? Float32Array.from(rows.flat())
      : Float32Array.from({ length: line.length ** 2 }, (_, i) => line[Math.floor(i / line.length)] * line[i % line.length]);
  const sum = normalize ? values.reduce((total, value) => total + value, 0) : 1;
  expect(sum !== 0, "setupFilter", "the taps sum to 0 and cannot be normalised. Give normalize: false.");
  const scale = gain ** (shape.length / 2);
  const scaled = values.map((value) => Math.fround(value / sum) * scale);
  if (flipFilter) scaled.reverse();
  return tf.tensor(scaled, shape as [number, number]) as ResampleFilter; // of rank 1 or 2
}
