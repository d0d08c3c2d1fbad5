import { checkOptions } from "repro-kit";
import { translation3d } from "../homogeneous.ts";
import { type ColorOp, checkRange, type OpOptions, PAPER } from "../op.ts";

export interface BrightnessOptions extends OpOptions {
  /** Standard deviation of the shift, in image units (images span [−1, 1]). @defaultValue 0.2 */
  readonly standardDeviation?: number;
}

/**
 * Adds b to every pixel and channel, b ~ N(0, standardDeviation²), one b an image.
 *
 * @see Karras et al. 2020, arXiv:2006.06676, Appendix B.
 */
export function brightness(options: BrightnessOptions = {}): ColorOp {
  checkOptions("brightness", options, ["strength", "standardDeviation"]);
  const { strength = 1, standardDeviation = 0.2 } = options;
  checkRange("brightness", "strength", strength, 0, 1);
  checkRange("brightness", "standardDeviation", standardDeviation, 0, 10);
  return {
    stage: "color",
    name: "brightness",
    source: PAPER,
    strength,
    matrix: ({ draws, chance }) => {
      const b = chance(draws.normal() * standardDeviation, 0);
      return translation3d(b, b, b);
    },
  };
}
