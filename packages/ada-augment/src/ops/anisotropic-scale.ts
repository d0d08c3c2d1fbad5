import { checkOptions } from "repro-kit";
import { scaling2d } from "../homogeneous.ts";
import { checkRange, type GeometryOp, type OpOptions, PAPER } from "../op.ts";

export interface AnisotropicScaleOptions extends OpOptions {
  /** Standard deviation of log₂ of the factor. @defaultValue 0.2 */
  readonly standardDeviation?: number;
}

/**
 * Stretches the image by s = 2^z in x and 1/s in y, z ~ N(0, standardDeviation²).
 *
 * @see Karras et al. 2020, arXiv:2006.06676, Appendix B.
 */
export function anisotropicScale(options: AnisotropicScaleOptions = {}): GeometryOp {
  checkOptions("anisotropic-scale", options, ["strength", "standardDeviation"]);
  const { strength = 1, standardDeviation = 0.2 } = options;
  checkRange("anisotropic-scale", "strength", strength, 0, 1);
  checkRange("anisotropic-scale", "standardDeviation", standardDeviation, 0, 10);
  return {
    stage: "geometry",
    name: "anisotropic-scale",
    source: PAPER,
    strength,
    inverse: ({ draws, chance }) => {
      const s = chance(2 ** (draws.normal() * standardDeviation), 1);
      return scaling2d(1 / s, s);
    },
  };
}
