import * as tf from "@tensorflow/tfjs-core";
import type { PathGenerator } from "fid-metrics";
import { type StyleNetwork, styleNetworkOf } from "qgan-core";
import { createRng } from "repro-kit";
import type { LoadedGenerator } from "../generate/load-generator.ts";

/**
 * A style-based generator as path lengths walk through it: pair i has class i mod classes, and noise that `seed` draws for it, as the
 * StyleGAN tools draw some for every batch.
 *
 * @see NVlabs/stylegan2-ada-pytorch, metrics/perceptual_path_length.py.
 */
export function stylePathGenerator({ network, params }: StyleNetwork, seed: number): PathGenerator {
  const { latentSize, labelSize, styleSize } = network;
  const { numStyles } = network.synthesis;
  const rng = createRng(seed).fork("path-noise");
  return {
    latentSize,
    map: (latents, pairs) => tf.tidy(() => network.mapping.apply(params, latents, labelsOf(pairs, labelSize) ?? null)),
    generate: (w, pairs) =>
      tf.tidy(() => {
        const styles = tf.tile(tf.reshape(w, [-1, 1, styleSize]), [1, numStyles, 1]) as tf.Tensor3D; // [pairs, numStyles, styleSize]
        const noise = (layer: string, size: number): tf.Tensor => {
          const maps = new Float32Array(pairs.length * size * size);
          for (const [i, pair] of pairs.entries())
            rng
              .fork(layer)
              .fork("pair", pair)
              .fillNormal(maps.subarray(i * size * size, (i + 1) * size * size));
          return tf.tensor4d(maps, [pairs.length, size, size, 1]);
        };
        return network.synthesis.apply(params, styles, { noise });
      }),
  };
}

/** The generator of a checkpoint, by its styles where it has some, else by its latents. */
export function checkpointPathGenerator({ model, params }: LoadedGenerator, seed: number): PathGenerator {
  const styles = styleNetworkOf(model, params);
  if (styles) return stylePathGenerator(styles, seed);
  const { generator } = model;
  const { latentSize, latentDistribution, labelSize = 0 } = generator;
  return {
    latentSize,
    latentDistribution,
    generate: (latents, pairs) =>
      tf.tidy(() => {
        const labels = labelsOf(pairs, labelSize);
        return generator.apply(params, latents, labels ? { labels } : {});
      }),
  };
}

/** The classes in turn, as vectors of one 1. */
function labelsOf(pairs: readonly number[], labelSize: number): tf.Tensor2D | undefined {
  if (labelSize === 0) return undefined;
  const values = new Float32Array(pairs.length * labelSize);
  for (const [row, pair] of pairs.entries()) values[row * labelSize + (pair % labelSize)] = 1;
  return tf.tensor2d(values, [pairs.length, labelSize]);
}
