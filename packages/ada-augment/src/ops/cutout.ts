import * as tf from "@tensorflow/tfjs-core";
import { checkOptions } from "repro-kit";
import { type CorruptionOp, checkRange, type OpOptions, PAPER } from "../op.ts";

export interface CutoutOptions extends OpOptions {
  /** Sides of the rectangle as a share of the image's, in [0, 1]. @defaultValue 0.5 */
  readonly sizeFraction?: number;
}

/**
 * Sets a rectangle to mid-grey (0): sides sizeFraction·width and sizeFraction·height, centre uniform over the image, so
 * that the rectangle may stick out.
 *
 * @see Karras et al. 2020, arXiv:2006.06676, Appendix B; DeVries & Taylor 2017, arXiv:1708.04552.
 */
export function cutout(options: CutoutOptions = {}): CorruptionOp {
  checkOptions("cutout", options, ["strength", "sizeFraction"]);
  const { strength = 1, sizeFraction = 0.5 } = options;
  checkRange("cutout", "strength", strength, 0, 1);
  checkRange("cutout", "sizeFraction", sizeFraction, 0, 1);
  return {
    stage: "corruption",
    name: "cutout",
    source: PAPER,
    strength,
    sample: ({ draws, chance }) => {
      const size = chance(sizeFraction, 0);
      const centreX = draws.uniform();
      const centreY = draws.uniform();
      return size === 0 ? undefined : [size, centreX, centreY];
    },
    apply: (images, samples) =>
      tf.tidy(() => {
        const [batch, height, width] = images.shape;
        const mask = new Float32Array(batch * height * width).fill(1);
        samples.forEach((sample, i) => {
          if (sample) clearRectangle(mask.subarray(i * height * width, (i + 1) * height * width), sample, { height, width });
        });
        return tf.mul(images, tf.tensor4d(mask, [batch, height, width, 1]));
      }),
  };
}

/** Zeroes the pixels whose centre is less than half a side from the rectangle's centre, in both directions. */
function clearRectangle(
  mask: Float32Array,
  sample: ArrayLike<number>,
  { height, width }: { height: number; width: number },
): void {
  const [size, centreX, centreY] = [sample[0], sample[1], sample[2]];
  for (let y = 0; y < height; y++) {
    if (Math.abs((y + 0.5) / height - centreY) >= size / 2) continue;
    for (let x = 0; x < width; x++) if (Math.abs((x + 0.5) / width - centreX) < size / 2) mask[y * width + x] = 0;
  }
}
