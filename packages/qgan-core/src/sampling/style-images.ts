import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, createRng, expect } from "repro-kit";
import type { Params } from "tfjs-train";
import type { StyleGan2Network } from "../models/stylegan2/generator.ts";
import type { Truncation } from "../models/stylegan2/mapping.ts";
import { checkLabel, oneHotRows } from "../models/stylegan2/style-statistics.ts";
import type { SynthesisNoise } from "../models/stylegan2/synthesis-layer.ts";
import { pixelsFromImages } from "./pixels.ts";

export interface LatentStylesOptions {
  /** Class of each row, from 0; needed exactly for conditional networks. */
  readonly labels?: readonly number[];
  readonly truncation?: Truncation;
}

/** Rows that the mapping takes at once. */
const MAPPED = 256;

/**
 * Styles of latents, on the host.
 *
 * @param params - Of the network, by its own names.
 * @param latents - [count, latentSize].
 * @returns [count, numStyles, styleSize].
 * @throws UsageError for labels that are missing, not wanted, or not among the network's.
 */
export async function stylesOfLatents(
  network: StyleGan2Network,
  params: Params,
  latents: Float32Array,
  options: LatentStylesOptions = {},
): Promise<Float32Array> {
  const scope = "stylesOfLatents";
  checkOptions(scope, options, ["labels", "truncation"]);
  const { labels, truncation } = options;
  const { latentSize, labelSize } = network;
  const count = latents.length / latentSize;
  expect(Number.isInteger(count), scope, `latents must be rows of ${latentSize} numbers; got ${latents.length} numbers.`);
  if (!labels) checkLabel(scope, labelSize, undefined);
  for (const label of labels ?? []) checkLabel(scope, labelSize, label);
  expect(!labels || labels.length === count, scope, `give one class for each of the ${count} rows; got ${labels?.length}.`);
  const { numStyles } = network.synthesis;
  const size = numStyles * network.styleSize;
  const styles = new Float32Array(count * size);
  for (let start = 0; start < count; start += MAPPED) {
    const rows = Math.min(MAPPED, count - start);
    const made = tf.tidy(() => {
      const z = tf.tensor2d(latents.slice(start * latentSize, (start + rows) * latentSize), [rows, latentSize]);
      const c = labels ? oneHotRows(labels.slice(start, start + rows), labelSize) : null;
      return network.styles(params, z, { labels: c, ...(truncation ? { truncation } : {}) });
    });
    styles.set(await made.data<"float32">(), start * size);
    made.dispose();
  }
  return styles;
}

export interface StyleImagesOptions {
  /** Stored noise ("const", the default), none, or noise that a seed draws for each image. */
  readonly noise?: "const" | "none" | "random";
  /** Seeds of random noise, one an image. */
  readonly noiseSeeds?: readonly number[];
  /** Told after every batch. */
  readonly onImages?: (done: number) => void;
}

/** A batch of this many pixels keeps the backend busy and the memory small. */
const PIXELS_AT_ONCE = 128 * 128;
const MOST_AT_ONCE = 16;

/**
 * Images of styles. Image i depends on styles i (and noise seed i) only.
 *
 * @param params - Of the network, by its own names.
 * @param styles - [count, numStyles, styleSize].
 * @returns uint8 NHWC, [count, imageSize, imageSize, channels].
 * @throws UsageError for styles of another network.
 */
export async function imagesOfStyles(
  network: StyleGan2Network,
  params: Params,
  styles: Float32Array,
  options: StyleImagesOptions = {},
): Promise<Uint8Array> {
  const scope = "imagesOfStyles";
  checkOptions(scope, options, ["noise", "noiseSeeds", "onImages"]);
  const { imageSize, channels, styleSize } = network;
  const { numStyles } = network.synthesis;
  const { noise = "const", noiseSeeds, onImages } = options;
  const row = numStyles * styleSize;
  const count = styles.length / row;
  expect(
    Number.isInteger(count),
    scope,
    `styles must be rows of ${numStyles}×${styleSize} numbers; got ${styles.length} numbers. Give those of this network.`,
  );
  expect(["const", "none", "random"].includes(noise), scope, `noise must be const, none or random; got "${noise}".`);
  expect(
    noise !== "random" || noiseSeeds?.length === count,
    scope,
    `random noise needs a seed for each of the ${count} images; got ${noiseSeeds?.length ?? 0}.`,
  );
  const size = imageSize * imageSize * channels;
  const pixels = new Uint8Array(count * size);
  // Batches of one size, the last one filled up: a convolution may add up in another order in a larger batch.
  const batchSize = Math.min(MOST_AT_ONCE, Math.max(1, Math.floor(PIXELS_AT_ONCE / imageSize ** 2)));
  for (let start = 0; start < count; start += batchSize) {
    const rows = Math.min(batchSize, count - start);
    const batch = new Float32Array(batchSize * row);
    batch.set(styles.subarray(start * row, (start + rows) * row));
    const images = tf.tidy(() => {
      const w = tf.tensor3d(batch, [batchSize, numStyles, styleSize]);
      const maps = noise === "random" ? drawnNoise(noiseSeeds?.slice(start, start + rows) ?? [], batchSize) : noise;
      return network.synthesis.apply(params, w, { noise: maps });
    });
    pixels.set(pixelsFromImages((await images.data()).subarray(0, rows * size)), start * size);
    images.dispose();
    onImages?.(start + rows);
  }
  return pixels;
}

function drawnNoise(seeds: readonly number[], batchSize: number): SynthesisNoise {
  return (layer, size) => {
    const values = new Float32Array(batchSize * size * size);
    for (const [i, seed] of seeds.entries())
      createRng(seed)
        .fork("noise")
        .fork(layer)
        .fillNormal(values.subarray(i * size * size, (i + 1) * size * size));
    return tf.tensor4d(values, [batchSize, size, size, 1]);
  };
}
