import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, createRng, expect } from "repro-kit";
import { extractBatches } from "../extract-batches.ts";
import type { DifferentiableExtractor } from "../extractor.ts";
import { fingerprintOf } from "../fingerprint.ts";
import type { ImageArray } from "../images.ts";

export interface RandomConvolutionOptions {
  /** Seed of the weights. Default 0. */
  readonly seed?: number;
  /** Number of features. Default 64. */
  readonly dimension?: number;
}

interface Layer {
  readonly shape: readonly [number, number, number, number];
  readonly filter: Float32Array;
}

/**
 * Three 3×3 convolutions of stride 2 with ReLU and He-normal weights from the seed, then the spatial mean. Needs no file, so
 * tests and demonstrations have something to measure with. **Its Fréchet distance is not FID** and compares with no paper.
 *
 * @throws UsageError for an unknown option or a dimension below 1.
 * @see Naeem et al. 2020, arXiv:2002.09797, Sec. 4 (random embeddings for evaluation).
 */
export function createRandomConvolutionExtractor(options: RandomConvolutionOptions = {}): DifferentiableExtractor {
  checkOptions("createRandomConvolutionExtractor", options, ["seed", "dimension"]);
  const { seed = 0, dimension = 64 } = options;
  const isUsable = Number.isInteger(dimension) && dimension >= 1;
  expect(isUsable, "createRandomConvolutionExtractor", `dimension must be an integer ≥ 1; got ${dimension}.`);
  const rng = createRng(seed);
  const widths = [3, 16, 32, dimension];
  const layers = widths.slice(1).map((out, k): Layer => {
    const fanIn = 9 * widths[k];
    const filter = rng.fork("random-conv", k).fillNormal(new Float32Array(fanIn * out), 0, Math.sqrt(2 / fanIn));
    return { shape: [3, 3, widths[k], out], filter };
  });
  let filters: tf.Tensor4D[] | undefined;

  /** @param images - [count, height, width, 1 or 3] in [−1, 1]. */
  const run = (images: tf.Tensor4D): tf.Tensor2D => {
    filters ??= layers.map(({ shape, filter }) => tf.keep(tf.tensor4d(filter, [...shape]))); // beyond the tidy of the first call
    let x = images.shape[3] === 3 ? images : (tf.tile(images, [1, 1, 1, 3]) as tf.Tensor4D); // grey
    for (const filter of filters) x = tf.relu(tf.conv2d(x, filter, 2, "same")); // [count, ⌈height/2⌉, ⌈width/2⌉, out]
    return tf.mean(tf.mean(x, 2), 1);
  };
  const runBatch = ({ data, count, height, width, channels }: ImageArray): Record<string, tf.Tensor2D> =>
    tf.tidy(() => {
      const pixels = tf.tensor4d(Float32Array.from(data), [count, height, width, channels]);
      return { features: run(tf.sub(tf.div(pixels, 127.5), 1)) };
    });

  return {
    name: "random-conv",
    tap: String(dimension),
    mode: `seed ${seed}`,
    dimension,
    resize: "none",
    fingerprint: fingerprintOf(layers.map(({ filter }) => filter)),
    extract: async (images, extractOptions) =>
      (await extractBatches(images, [{ name: "features", dimension }], runBatch, extractOptions)).features,
    features: (images) => tf.tidy(() => run(images)),
    dispose() {
      if (filters) tf.dispose(filters);
      filters = undefined;
    },
  };
}
