import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect } from "repro-kit";
import type { Params } from "tfjs-train";
import type { GanModel, GenerateOptions, Generator } from "../models/gan-model.ts";
import { drawLatents } from "./draw-latents.ts";
import { pixelsFromImages } from "./pixels.ts";

/** Most images in a block. */
const MOST = 32;
/** Pixels in a block of large images: a single one should not take the time of many. */
const PIXELS = 64 * 64 * 16;

/**
 * Images go through the generator in blocks of this many, the last one filled up, so that no image depends on how many were
 * asked for.
 */
const blockOf = ([height, width]: Generator["imageShape"]): number =>
  Math.min(MOST, Math.max(1, Math.floor(PIXELS / (height * width))));

export interface GenerateImagesOptions extends Pick<GenerateOptions, "truncation" | "noise"> {
  /** The class of each image, from 0; needed exactly for conditional models. */
  readonly labels?: readonly number[];
}

/**
 * Generates one image a seed. Image i depends on seed i only: batch normalisation uses its running statistics.
 *
 * @param params - The generator's parameters; those of discriminators may stand beside them.
 * @param seeds - Integers in [0, 2^53).
 * @returns uint8 NHWC, [seeds.length, height, width, channels].
 */
export async function generate(
  model: Pick<GanModel, "generator">,
  params: Params,
  seeds: readonly number[],
  options: GenerateImagesOptions = {},
): Promise<Uint8Array> {
  checkOptions("generate", options, ["labels", "truncation", "noise"]);
  const { labels, ...rest } = options;
  const { generator } = model;
  const { labelSize = 0 } = generator;
  checkLabels(labels, seeds.length, labelSize);
  const [height, width, channels] = generator.imageShape;
  const imageSize = height * width * channels;
  const latents = drawLatents(generator, seeds);
  const size = blockOf(generator.imageShape);
  const pixels = new Uint8Array(seeds.length * imageSize);
  for (let start = 0; start < seeds.length; start += size) {
    const block = new Float32Array(size * generator.latentSize);
    block.set(latents.subarray(start * generator.latentSize, (start + size) * generator.latentSize));
    const images = tf.tidy(() =>
      generator.apply(params, tf.tensor2d(block, [size, generator.latentSize]), {
        ...rest,
        ...(labels ? { labels: vectorsOf(labels.slice(start, start + size), size, labelSize) } : {}),
      }),
    );
    try {
      const count = Math.min(size, seeds.length - start);
      pixels.set(pixelsFromImages((await images.data()).subarray(0, count * imageSize)), start * imageSize);
    } finally {
      images.dispose();
    }
  }
  return pixels;
}

/** Classes as vectors of one 1, [rows, labelSize]; what fills the block up has the first class. */
function vectorsOf(labels: readonly number[], rows: number, labelSize: number): tf.Tensor2D {
  const values = new Float32Array(rows * labelSize);
  for (let row = 0; row < rows; row++) values[row * labelSize + (labels[row] ?? 0)] = 1;
  return tf.tensor2d(values, [rows, labelSize]);
}

function checkLabels(labels: readonly number[] | undefined, count: number, labelSize: number): void {
  expect(labelSize > 0 || labels === undefined, "generate", "this model is not conditional: leave the labels out.");
  if (labelSize === 0) return;
  expect(
    labels?.length === count,
    "generate",
    `this model is conditional: give a class for each image, from 0 to ${labelSize - 1}; got ${labels?.length ?? 0} for ${count}.`,
  );
  const wrong = labels.find((label) => !(Number.isInteger(label) && label >= 0 && label < labelSize));
  expect(wrong === undefined, "generate", `class ${wrong} is not among the model's ${labelSize}, which are counted from 0.`);
}
