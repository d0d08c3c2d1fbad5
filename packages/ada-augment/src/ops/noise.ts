import * as tf from "@tensorflow/tfjs-core";
import { checkOptions } from "repro-kit";
import { type CorruptionOp, checkRange, type OpOptions, PAPER } from "../op.ts";

export interface NoiseOptions extends OpOptions {
  /** Standard deviation of the normal whose magnitude is the noise's standard deviation, in image units. @defaultValue 0.1 */
  readonly standardDeviation?: number;
}

/**
 * Adds σ·N(0, 1) to every pixel and channel by itself, σ = |N(0, standardDeviation²)|, one σ an image.
 *
 * @see Karras et al. 2020, arXiv:2006.06676, Appendix B, "Image-space corruptions".
 */
export function noise(options: NoiseOptions = {}): CorruptionOp {
  checkOptions("noise", options, ["strength", "standardDeviation"]);
  const { strength = 1, standardDeviation = 0.1 } = options;
  checkRange("noise", "strength", strength, 0, 1);
  checkRange("noise", "standardDeviation", standardDeviation, 0, 10);
  return {
    stage: "corruption",
    name: "noise",
    source: PAPER,
    strength,
    sample: ({ draws, chance, height, width, channels }) => {
      const sigma = chance(Math.abs(draws.normal()) * standardDeviation, 0);
      if (sigma === 0) return undefined;
      return Float32Array.from({ length: height * width * channels }, () => sigma * draws.normal());
    },
    apply: (images, samples) =>
      tf.tidy(() => {
        const [, height, width, channels] = images.shape;
        const size = height * width * channels;
        const sum = new Float32Array(samples.length * size);
        samples.forEach((sample, i) => {
          if (sample) sum.set(sample, i * size);
        });
        return tf.add(images, tf.tensor4d(sum, images.shape));
      }),
  };
}
