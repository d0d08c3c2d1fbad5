import { checkOptions } from "repro-kit";
import { translation2d } from "../homogeneous.ts";
import { checkRange, type GeometryOp, type OpOptions, PAPER } from "../op.ts";

export interface FractionalTranslationOptions extends OpOptions {
  /** Standard deviation of the shift as a share of the image side. @defaultValue 0.125 */
  readonly standardDeviation?: number;
}

/**
 * Shifts the image by N(0, standardDeviation²) of its width in x and of its height in y, not by whole pixels.
 *
 * @see Karras et al. 2020, arXiv:2006.06676, Appendix B.
 */
export function fractionalTranslation(options: FractionalTranslationOptions = {}): GeometryOp {
  checkOptions("fractional-translation", options, ["strength", "standardDeviation"]);
  const { strength = 1, standardDeviation = 0.125 } = options;
  checkRange("fractional-translation", "strength", strength, 0, 1);
  checkRange("fractional-translation", "standardDeviation", standardDeviation, 0, 10);
  return {
    stage: "geometry",
    name: "fractional-translation",
    source: PAPER,
    strength,
    inverse: ({ draws, chance, width, height }) => {
      const shift = [draws.normal() * standardDeviation, draws.normal() * standardDeviation];
      const [x, y] = chance(shift, [0, 0]);
      return translation2d(-x * width, -y * height);
    },
  };
}
