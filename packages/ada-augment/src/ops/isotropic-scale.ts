import { checkOptions } from "repro-kit";
import { scaling2d } from "../homogeneous.ts";
import { checkRange, type GeometryOp, type OpOptions, PAPER } from "../op.ts";

export interface IsotropicScaleOptions extends OpOptions {
  /** Standard deviation of log₂ of the factor. @defaultValue 0.2 */
  readonly standardDeviation?: number;
}

/**
 * Enlarges the image by s = 2^z, z ~ N(0, standardDeviation²), about its centre.
 *
 * @see Karras et al. 2020, arXiv:2006.06676, Appendix B.
 */
export function isotropicScale(options: IsotropicScaleOptions = {}): GeometryOp {
  checkOptions("isotropic-scale", options, ["strength", "standardDeviation"]);
  const { strength = 1, standardDeviation = 0.2 } = options;
  checkRange("isotropic-scale", "strength", strength, 0, 1);
  checkRange("isotropic-scale", "standardDeviation", standardDeviation, 0, 10);
  return {
    stage: "geometry",
    name: "isotropic-scale",
    source: PAPER,
    strength,
    inverse: ({ draws, chance }) => {
      const s = chance(2 ** (draws.normal() * standardDeviation), 1);
      return scaling2d(1 / s, 1 / s);
    },
  };
}
