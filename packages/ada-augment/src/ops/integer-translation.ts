import { checkOptions } from "repro-kit";
import { translation2d } from "../homogeneous.ts";
import { type BlitOp, checkRange, type OpOptions, PAPER } from "../op.ts";

export interface IntegerTranslationOptions extends OpOptions {
  /** Largest shift as a share of the image side, in [0, 1]. @defaultValue 0.125 */
  readonly maxFraction?: number;
}

/**
 * Shifts the image by round(t·side) whole pixels in x and y, t ~ U(−max, max); what comes in is the reflection.
 *
 * @see Karras et al. 2020, arXiv:2006.06676, Appendix B.
 */
export function integerTranslation(options: IntegerTranslationOptions = {}): BlitOp {
  checkOptions("integer-translation", options, ["strength", "maxFraction"]);
  const { strength = 1, maxFraction = 0.125 } = options;
  checkRange("integer-translation", "strength", strength, 0, 1);
  checkRange("integer-translation", "maxFraction", maxFraction, 0, 1);
  return {
    stage: "blit",
    name: "integer-translation",
    source: PAPER,
    strength,
    inverse: ({ draws, chance, width, height }) => {
      const tx = (2 * draws.uniform() - 1) * maxFraction;
      const ty = (2 * draws.uniform() - 1) * maxFraction;
      const [x, y] = chance([tx, ty], [0, 0]);
      return translation2d(-roundHalfToEven(x * width), -roundHalfToEven(y * height));
    },
  };
}

/** The nearest integer; of two, the even one, as IEEE 754 and the reference round. */
function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}
