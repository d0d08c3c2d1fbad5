import { checkOptions } from "repro-kit";
import { identityMatrix, lumaScaling3d } from "../homogeneous.ts";
import { type ColorOp, checkRange, type OpOptions, PAPER } from "../op.ts";

export interface SaturationOptions extends OpOptions {
  /** Standard deviation of log₂ of the factor. @defaultValue 1 */
  readonly standardDeviation?: number;
}

/**
 * Multiplies the distance of the colours from the grey axis by s = 2^z, z ~ N(0, standardDeviation²). Grey images stay as they are.
 *
 * @see Karras et al. 2020, arXiv:2006.06676, Appendix B.
 */
export function saturation(options: SaturationOptions = {}): ColorOp {
  checkOptions("saturation", options, ["strength", "standardDeviation"]);
  const { strength = 1, standardDeviation = 1 } = options;
  checkRange("saturation", "strength", strength, 0, 1);
  checkRange("saturation", "standardDeviation", standardDeviation, 0, 10);
  return {
    stage: "color",
    name: "saturation",
    source: PAPER,
    strength,
    matrix: ({ draws, chance, channels }) => {
      if (channels === 1) return identityMatrix(4);
      return lumaScaling3d({ luma: 1, chroma: chance(2 ** (draws.normal() * standardDeviation), 1) });
    },
  };
}
