import { checkOptions } from "repro-kit";
import { scaling2d } from "../homogeneous.ts";
import { type BlitOp, checkRange, type OpOptions, PAPER } from "../op.ts";

/**
 * Mirrors the image left to right with probability ½.
 *
 * @see Karras et al. 2020, arXiv:2006.06676, Appendix B.
 */
export function xFlip(options: OpOptions = {}): BlitOp {
  checkOptions("x-flip", options, ["strength"]);
  const { strength = 1 } = options;
  checkRange("x-flip", "strength", strength, 0, 1);
  return {
    stage: "blit",
    name: "x-flip",
    source: PAPER,
    strength,
    inverse: ({ draws, chance }) => (chance(draws.uniform() >= 0.5, false) ? scaling2d(-1, 1) : scaling2d(1, 1)),
  };
}
