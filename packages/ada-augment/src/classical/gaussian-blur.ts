import { checkOptions } from "repro-kit";
import { filterImages } from "../filter-images.ts";
import { type CorruptionOp, checkRange, type OpOptions } from "../op.ts";

export interface GaussianBlurOptions extends OpOptions {
  /** Largest standard deviation of the Gaussian, in pixels. @defaultValue 1.5 */
  readonly maxSigmaPixels?: number;
}

/** Convolves the image with a Gaussian whose σ is uniform in [0, maxSigmaPixels]; beyond the border the image is reflected. */
export function gaussianBlur(options: GaussianBlurOptions = {}): CorruptionOp {
  const name = "gaussian-blur";
  checkOptions(name, options, ["strength", "maxSigmaPixels"]);
  const { strength = 1, maxSigmaPixels = 1.5 } = options;
  checkRange(name, "strength", strength, 0, 1);
  checkRange(name, "maxSigmaPixels", maxSigmaPixels, 0, 100);
  return {
    stage: "corruption",
    name,
    source: "torchvision.transforms.GaussianBlur",
    strength,
    sample: ({ draws, chance }) => {
      const sigma = chance(draws.uniform() * maxSigmaPixels, 0);
      return sigma === 0 ? undefined : [sigma];
    },
    apply: (images, samples) =>
      filterImages(
        images,
        samples.map((sample) => (sample ? gaussianTaps(sample[0]) : undefined)),
      ),
  };
}

/** Out to three standard deviations, with sum 1. */
function gaussianTaps(sigma: number): number[] {
  const reach = Math.max(1, Math.ceil(3 * sigma));
  const taps = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)));
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}
