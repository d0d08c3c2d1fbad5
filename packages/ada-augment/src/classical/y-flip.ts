import { checkOptions } from "repro-kit";
import { scaling2d } from "../homogeneous.ts";
import { type BlitOp, checkRange, type OpOptions } from "../op.ts";

/** Mirrors the image upside down with probability ½: for images without an upper side, such as lesions and cells. */
export function yFlip(options: OpOptions = {}): BlitOp {
  checkOptions("y-flip", options, ["strength"]);
  const { strength = 1 } = options;
  checkRange("y-flip", "strength", strength, 0, 1);
  return {
    stage: "blit",
    name: "y-flip",
    source: "x-flip, turned by a quarter",
    strength,
    inverse: ({ draws, chance }) => scaling2d(1, chance(draws.uniform() >= 0.5, false) ? -1 : 1),
  };
}
