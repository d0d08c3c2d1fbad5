import { checkOptions } from "repro-kit";
import { multiplyHomogeneous, rotation2d, scaling2d, translation2d } from "../homogeneous.ts";
import { checkRange, type GeometryOp, type OpOptions } from "../op.ts";

export interface RandomAffineOptions extends OpOptions {
  /** Largest rotation either way. @defaultValue 15 */
  readonly maxDegrees?: number;
  /** Largest shift either way, as a share of each side. @defaultValue 0.1 */
  readonly maxShift?: number;
  /** Largest factor of enlargement; its inverse is the smallest. @defaultValue 1.1 */
  readonly maxScale?: number;
  /** Largest shear in x either way. @defaultValue 0 */
  readonly maxShearDegrees?: number;
}

/**
 * Turns, shifts, enlarges and shears the image, each by a uniform draw (the factor's logarithm is uniform). What comes in is the reflection.
 *
 * @see torchvision.transforms.RandomAffine, which this is like.
 */
export function randomAffine(options: RandomAffineOptions = {}): GeometryOp {
  const name = "random-affine";
  checkOptions(name, options, ["strength", "maxDegrees", "maxShift", "maxScale", "maxShearDegrees"]);
  const { strength = 1, maxDegrees = 15, maxShift = 0.1, maxScale = 1.1, maxShearDegrees = 0 } = options;
  checkRange(name, "strength", strength, 0, 1);
  checkRange(name, "maxDegrees", maxDegrees, 0, 180);
  checkRange(name, "maxShift", maxShift, 0, 1);
  checkRange(name, "maxScale", maxScale, 1, 10);
  checkRange(name, "maxShearDegrees", maxShearDegrees, 0, 60);
  return {
    stage: "geometry",
    name,
    source: "torchvision.transforms.RandomAffine",
    strength,
    inverse: ({ draws, chance, height, width }) => {
      const either = () => 2 * draws.uniform() - 1;
      const [turn, x, y, size, shear] = [either(), either(), either(), either(), either()];
      const share = chance(1, 0);
      const radians = (degrees: number) => (degrees * Math.PI) / 180;
      const factor = maxScale ** (-size * share);
      const slant = Math.tan(radians(maxShearDegrees * shear * share));
      return [
        translation2d(-x * share * maxShift * width, -y * share * maxShift * height),
        rotation2d(radians(maxDegrees * turn * share)),
        scaling2d(factor, factor),
        [1, slant, 0, 0, 1, 0, 0, 0, 1],
      ].reduce(multiplyHomogeneous);
    },
  };
}
