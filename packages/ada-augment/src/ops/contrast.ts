import { checkOptions } from "repro-kit";
import { scaling3d } from "../homogeneous.ts";
import { type ColorOp, checkRange, type OpOptions, PAPER } from "../op.ts";

export interface ContrastOptions extends OpOptions {
  /** Standard deviation of log₂ of the factor. @defaultValue 0.5 */
  readonly standardDeviation?: number;
}

/**
 * Multiplies every pixel by c = 2^z, z ~ N(0, standardDeviation²), one c an image; mid-grey (0) stays.
 *
 * @see Karras et al. 2020, arXiv:2006.06676, Appendix B.
 */
export function contrast(options: ContrastOptions = {}): ColorOp {
  checkOptions("contrast", options, ["strength", "standardDeviation"]);
  const { strength = 1, standardDeviation = 0.5 } = options;
  checkRange("contrast", "strength", strength, 0, 1);
  checkRange("contrast", "standardDeviation", standardDeviation, 0, 10);
  return {
    stage: "color",
    name: "contrast",
    source: PAPER,
    strength,
    matrix: ({ draws, chance }) => {
      const c = chance(2 ** (draws.normal() * standardDeviation), 1);
      return scaling3d(c, c, c);
    },
  };
}
