import { checkOptions } from "repro-kit";
import { type Homogeneous, lumaScaling3d, multiplyHomogeneous, rotation3d, scaling3d, translation3d } from "../homogeneous.ts";
import { type ColorOp, checkRange, type OpOptions } from "../op.ts";

export interface ColorJitterOptions extends OpOptions {
  /** Largest shift of all channels, either way, in image units (images span [−1, 1]). @defaultValue 0.2 */
  readonly brightness?: number;
  /** The factor about mid-grey lies in 1 ± contrast. @defaultValue 0.2 */
  readonly contrast?: number;
  /** The factor of the distance from grey lies in 1 ± saturation. @defaultValue 0.2 */
  readonly saturation?: number;
  /** Largest turn of the hue either way, in degrees. @defaultValue 10 */
  readonly hueDegrees?: number;
}

/** Shifts brightness, scales contrast and saturation and turns the hue, each by a uniform draw; grey images keep to the first two. */
export function colorJitter(options: ColorJitterOptions = {}): ColorOp {
  const name = "color-jitter";
  checkOptions(name, options, ["strength", "brightness", "contrast", "saturation", "hueDegrees"]);
  const { strength = 1, brightness = 0.2, contrast = 0.2, saturation = 0.2, hueDegrees = 10 } = options;
  checkRange(name, "strength", strength, 0, 1);
  checkRange(name, "brightness", brightness, 0, 2);
  checkRange(name, "contrast", contrast, 0, 1);
  checkRange(name, "saturation", saturation, 0, 1);
  checkRange(name, "hueDegrees", hueDegrees, 0, 180);
  return {
    stage: "color",
    name,
    source: "torchvision.transforms.ColorJitter, on the colour matrices of arXiv:2006.06676",
    strength,
    matrix: ({ draws, chance, channels }) => {
      const either = () => 2 * draws.uniform() - 1;
      const [shift, factor, chroma, turn] = [either(), either(), either(), either()];
      const share = chance(1, 0);
      const b = shift * share * brightness;
      const c = 1 + factor * share * contrast;
      const tone = multiplyHomogeneous(scaling3d(c, c, c), translation3d(b, b, b));
      if (channels === 1) return tone;
      const hue: Homogeneous = rotation3d((turn * share * hueDegrees * Math.PI) / 180);
      const depth = lumaScaling3d({ luma: 1, chroma: 1 + chroma * share * saturation });
      return multiplyHomogeneous(multiplyHomogeneous(depth, hue), tone);
    },
  };
}
