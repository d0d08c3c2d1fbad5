import { checkOptions } from "repro-kit";
import { identityMatrix, rotation3d } from "../homogeneous.ts";
import { type ColorOp, checkRange, type OpOptions, PAPER } from "../op.ts";

export interface HueOptions extends OpOptions {
  /** Largest angle as a share of a half turn, in [0, 1]. @defaultValue 1 */
  readonly maxFraction?: number;
}

/**
 * Turns the colours about the grey axis by θ ~ U(−π, π)·maxFraction. Grey images stay as they are.
 *
 * @see Karras et al. 2020, arXiv:2006.06676, Appendix B.
 */
export function hue(options: HueOptions = {}): ColorOp {
  checkOptions("hue", options, ["strength", "maxFraction"]);
  const { strength = 1, maxFraction = 1 } = options;
  checkRange("hue", "strength", strength, 0, 1);
  checkRange("hue", "maxFraction", maxFraction, 0, 1);
  return {
    stage: "color",
    name: "hue",
    source: PAPER,
    strength,
    matrix: ({ draws, chance, channels }) => {
      if (channels === 1) return identityMatrix(4);
      return rotation3d(chance((2 * draws.uniform() - 1) * Math.PI * maxFraction, 0));
    },
  };
}
