import * as tf from "@tensorflow/tfjs-core";
import { gridSample, upfirdn2d } from "tfjs-train";
import { gatherPixels } from "../blit.ts";
import { reflectIndex } from "../reflect-index.ts";
import { resamplingTaps } from "../wavelets.ts";
import { type ImageSize, type Margins, type SamplePositions, widestMargins } from "./warp-plan.ts";

const TAPS = resamplingTaps.length;

/**
 * The warp in tensor ops of any backend: reflected padding, doubling, bilinear samples, filtering down. Differentiable twice, since each of
 * its ops is. What graphics backends run, and the oracle of the kernel.
 *
 * @param images - [batch, height, width, channels]
 * @param plans - One an image.
 * @returns [batch, height, width, channels]
 */
export function composedWarp(
  images: tf.Tensor4D,
  plans: readonly { readonly margins: Margins; readonly positions: SamplePositions }[],
): tf.Tensor4D {
  return tf.tidy(() => {
    const [batch, height, width] = images.shape;
    const margins = widestMargins(plans.map((plan) => plan.margins));
    const padded = pad(images, plans, margins); // [batch, height + top + bottom, width + left + right, channels]
    const taps = tf.tensor1d([...resamplingTaps]);
    const all = upfirdn2d(padded, taps, { up: 2, padding: [TAPS / 2, TAPS / 2 - 1, TAPS / 2, TAPS / 2 - 1], gain: 4 });
    // The filter has carried each image beyond its own margins; there it is to be 0.
    const doubled: tf.Tensor4D = tf.mul(
      all,
      tf.tensor4d(insideMargins(plans, { height, width }, margins, 2), [...all.shape.slice(0, 3), 1] as Shape4),
    );
    const [, doubledHeight, doubledWidth] = doubled.shape;
    const samplesX = 2 * width + TAPS - 2;
    const samplesY = 2 * height + TAPS - 2;
    const grid = new Float32Array(batch * samplesY * samplesX * 2);
    let at = 0;
    for (const { positions } of plans)
      for (let y = 0; y < samplesY; y++)
        for (let x = 0; x < samplesX; x++) {
          const place = ([offset, alongX, alongY]: readonly number[]) => offset + alongX * x + alongY * y;
          grid[at++] = (2 * (place(positions.x) + 2 * margins.left) + 1) / doubledWidth - 1;
          grid[at++] = (2 * (place(positions.y) + 2 * margins.top) + 1) / doubledHeight - 1;
        }
    const samples = gridSample(doubled, tf.tensor4d(grid, [batch, samplesY, samplesX, 2])); // [batch, samplesY, samplesX, channels]
    return upfirdn2d(samples, taps, { down: 2, flipFilter: true });
  });
}

type Shape4 = [number, number, number, number];

/** 1 where a pixel of the padded and `factor`-fold image lies within the image's own margins, else 0; [batch, rows, columns] flat. */
function insideMargins(
  plans: readonly { readonly margins: Margins }[],
  { height, width }: ImageSize,
  widest: Margins,
  factor: number,
): Float32Array {
  const rows = factor * (height + widest.top + widest.bottom);
  const columns = factor * (width + widest.left + widest.right);
  const out = new Float32Array(plans.length * rows * columns);
  plans.forEach(({ margins }, n) => {
    const top = factor * (widest.top - margins.top);
    const bottom = rows - factor * (widest.bottom - margins.bottom);
    const left = factor * (widest.left - margins.left);
    const right = columns - factor * (widest.right - margins.right);
    for (let i = top; i < bottom; i++) out.fill(1, (n * rows + i) * columns + left, (n * rows + i) * columns + right);
  });
  return out;
}

/** Reflects each image as far as its own margins go; beyond them, up to the widest, stands 0. */
function pad(images: tf.Tensor4D, plans: readonly { readonly margins: Margins }[], widest: Margins): tf.Tensor4D {
  const [batch, height, width, channels] = images.shape;
  const rows = height + widest.top + widest.bottom;
  const columns = width + widest.left + widest.right;
  const index = Int32Array.from({ length: batch * rows * columns }, (_, at) => {
    const n = Math.floor(at / (rows * columns));
    const y = reflectIndex((Math.floor(at / columns) % rows) - widest.top, height);
    return (n * height + y) * width + reflectIndex((at % columns) - widest.left, width);
  });
  const pixels = gatherPixels(tf.reshape(images, [batch * height * width, channels]), index);
  const inside = tf.tensor2d(insideMargins(plans, { height, width }, widest, 1), [index.length, 1]);
  return tf.reshape(tf.mul(pixels, inside), [batch, rows, columns, channels]);
}
