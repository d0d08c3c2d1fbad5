import { checkOptions } from "repro-kit";
import { type Homogeneous, rotation2d } from "../homogeneous.ts";
import { checkRange, type GeometryOp, type OpOptions, PAPER, type SampleContext } from "../op.ts";

export interface RotationOptions extends OpOptions {
  /** Largest angle as a share of a half turn, in [0, 1]. @defaultValue 1 */
  readonly maxFraction?: number;
}

/**
 * Turns the image by θ ~ U(−π, π)·maxFraction, once before and once behind the anisotropic scaling, so that it stretches along any
 * axis. Each of the two happens with probability 1 − √(1 − p), so that one at least does with probability p.
 *
 * @see Karras et al. 2020, arXiv:2006.06676, Appendix B.
 */
export function rotation(options: RotationOptions = {}): GeometryOp {
  checkOptions("rotation", options, ["strength", "maxFraction"]);
  const { strength = 1, maxFraction = 1 } = options;
  checkRange("rotation", "strength", strength, 0, 1);
  checkRange("rotation", "maxFraction", maxFraction, 0, 1);
  const turn = ({ draws, chance, p }: SampleContext): Homogeneous => {
    const angle = (2 * draws.uniform() - 1) * Math.PI * maxFraction;
    return rotation2d(chance(angle, 0, 1 - Math.sqrt(1 - p)));
  };
  return {
    stage: "geometry",
    name: "rotation",
    source: PAPER,
    strength,
    inverse: turn,
    second: { after: "anisotropic-scale", inverse: turn },
  };
}
