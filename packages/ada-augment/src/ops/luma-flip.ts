import { checkOptions } from "repro-kit";
import { lumaScaling3d } from "../homogeneous.ts";
import { type ColorOp, checkRange, type OpOptions, PAPER } from "../op.ts";

/**
 * Mirrors the colours at the plane across the grey axis with probability ½: dark and bright change places, hues stay.
 *
 * @see Karras et al. 2020, arXiv:2006.06676, Appendix B.
 */
export function lumaFlip(options: OpOptions = {}): ColorOp {
  checkOptions("luma-flip", options, ["strength"]);
  const { strength = 1 } = options;
  checkRange("luma-flip", "strength", strength, 0, 1);
  return {
    stage: "color",
    name: "luma-flip",
    source: PAPER,
    strength,
    matrix: ({ draws, chance }) => lumaScaling3d({ luma: chance(draws.uniform() >= 0.5, false) ? -1 : 1, chroma: 1 }),
  };
}
