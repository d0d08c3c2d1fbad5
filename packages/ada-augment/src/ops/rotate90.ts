import { checkOptions } from "repro-kit";
import type { Homogeneous } from "../homogeneous.ts";
import { type BlitOp, checkRange, type OpOptions, PAPER } from "../op.ts";

/**
 * Turns the image by a multiple of a quarter turn, each of the four with the same probability.
 * Images whose sides differ keep their shape: what comes in is the reflection.
 *
 * @see Karras et al. 2020, arXiv:2006.06676, Appendix B.
 */
export function rotate90(options: OpOptions = {}): BlitOp {
  checkOptions("rotate90", options, ["strength"]);
  const { strength = 1 } = options;
  checkRange("rotate90", "strength", strength, 0, 1);
  return {
    stage: "blit",
    name: "rotate90",
    source: PAPER,
    strength,
    inverse: ({ draws, chance }) => quarterTurn(chance(Math.floor(4 * draws.uniform()), 0)),
  };
}

/** A turn by `turns`·90°, from x towards y, in whole numbers. */
function quarterTurn(turns: number): Homogeneous {
  const c = [1, 0, -1, 0][turns];
  const s = [0, 1, 0, -1][turns];
  return [c, -s, 0, s, c, 0, 0, 0, 1];
}
