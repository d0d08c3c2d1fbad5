import * as tf from "@tensorflow/tfjs-core";
import type { Params } from "tfjs-train";
import type { GanModel } from "../models/gan-model.ts";
import { drawLatents } from "./draw-latents.ts";
import { pixelsFromImages } from "./pixels.ts";

/**
 * Images go through the generator in blocks of this many, the last one filled up, so that no image depends on how many were
 * asked for.
 */
const BLOCK = 32;

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
): Promise<Uint8Array> {
  const { generator } = model;
  const [height, width, channels] = generator.imageShape;
  const imageSize = height * width * channels;
  const latents = drawLatents(generator, seeds);
  const pixels = new Uint8Array(seeds.length * imageSize);
  for (let start = 0; start < seeds.length; start += BLOCK) {
    const block = new Float32Array(BLOCK * generator.latentSize);
    block.set(latents.subarray(start * generator.latentSize, (start + BLOCK) * generator.latentSize));
    const images = tf.tidy(() => generator.apply(params, tf.tensor2d(block, [BLOCK, generator.latentSize])));
    try {
      const count = Math.min(BLOCK, seeds.length - start);
      pixels.set(pixelsFromImages((await images.data()).subarray(0, count * imageSize)), start * imageSize);
    } finally {
      images.dispose();
    }
  }
  return pixels;
}
