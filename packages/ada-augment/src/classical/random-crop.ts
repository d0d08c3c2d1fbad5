import { checkOptions } from "repro-kit";
import { multiplyHomogeneous, scaling2d, translation2d } from "../homogeneous.ts";
import { checkRange, type GeometryOp, type OpOptions } from "../op.ts";

export interface RandomCropOptions extends OpOptions {
  /** Smallest share of the area that is kept, in (0, 1]. @defaultValue 0.5 */
  readonly minArea?: number;
  /** Largest ratio of the crop's width to its height against the image's; its inverse is the smallest. @defaultValue 4/3 */
  readonly maxAspect?: number;
}

/**
 * Takes a rectangle out of the image and enlarges it to the image's size: area uniform in [minArea, 1], logarithm of the aspect uniform,
 * place uniform; a side that would be longer than the image's is as long.
 *
 * @see torchvision.transforms.RandomResizedCrop; Szegedy et al. 2015, arXiv:1409.4842, §6.
 */
export function randomCrop(options: RandomCropOptions = {}): GeometryOp {
  const name = "random-crop";
  checkOptions(name, options, ["strength", "minArea", "maxAspect"]);
  const { strength = 1, minArea = 0.5, maxAspect = 4 / 3 } = options;
  checkRange(name, "strength", strength, 0, 1);
  checkRange(name, "minArea", minArea, 0.01, 1);
  checkRange(name, "maxAspect", maxAspect, 1, 10);
  return {
    stage: "geometry",
    name,
    source: "Szegedy et al. 2015, arXiv:1409.4842, §6",
    strength,
    inverse: ({ draws, chance, height, width }) => {
      const area = minArea + (1 - minArea) * draws.uniform();
      const aspect = maxAspect ** (2 * draws.uniform() - 1);
      const [u, v] = [2 * draws.uniform() - 1, 2 * draws.uniform() - 1];
      const [across, down] = chance([Math.sqrt(area * aspect), Math.sqrt(area / aspect)], [1, 1]).map((side) =>
        Math.min(1, side),
      );
      const shift = translation2d((u * (1 - across) * width) / 2, (v * (1 - down) * height) / 2);
      return multiplyHomogeneous(shift, scaling2d(across, down));
    },
  };
}
