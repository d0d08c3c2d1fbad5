import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";
import type { WeightFile } from "tfjs-train";
import { foldInceptionWeights } from "./fold-weights.ts";
import { disposeInception, plainConvolution, runInception, uploadInception } from "./forward.ts";
import { inceptionTaps } from "./network.ts";

/** Inception's maps of images, with a gradient: for distances between images that something is fitted by. */
export interface InceptionMaps {
  /** Names of the blocks whose maps are given: those of the taps that the weights reach. */
  readonly blocks: readonly string[];
  /** @param images - [count, height, width, 1 or 3] in [−1, 1], small ones are enlarged. @returns A map [count, y, x, channels] a block. */
  apply(images: tf.Tensor4D): tf.Tensor4D[];
  dispose(): void;
}

/** Images of fewer pixels a side are enlarged to it: below 75 nothing would be left at the end. */
const SMALLEST = 128;

/**
 * FID's Inception v3 as maps at its own size of the images, not at 299 pixels, differentiable by the images.
 *
 * @throws UsageError for weights of another network.
 */
export function loadInceptionMaps(weights: WeightFile): InceptionMaps {
  const folded = foldInceptionWeights(weights);
  const taps = inceptionTaps.filter(({ tap }) => typeof tap === "number" && folded.taps.includes(tap));
  const last = taps.at(-1);
  expect(last, "loadInceptionMaps", "the weights end before the first tap (64, after MaxPool_1). Give a longer file.");
  const blocks = taps.map(({ block }) => block);
  const params = uploadInception(folded, last.block);
  return {
    blocks,
    apply: (images) =>
      tf.tidy(() => {
        const [, height, width, channels] = images.shape;
        const side = Math.min(height, width);
        const size: [number, number] = [Math.ceil((height * SMALLEST) / side), Math.ceil((width * SMALLEST) / side)];
        const large = side < SMALLEST ? tf.image.resizeBilinear(images, size, false, true) : images;
        const colour = channels === 3 ? large : (tf.tile(large, [1, 1, 1, 3]) as tf.Tensor4D); // grey
        const maps: tf.Tensor4D[] = [];
        const keep = (name: string, map: tf.Tensor4D): void => {
          if (blocks.includes(name)) maps.push(tf.clone(map));
        };
        runInception(params, colour, [last.tap], keep, plainConvolution);
        return maps;
      }),
    dispose: () => disposeInception(params),
  };
}
