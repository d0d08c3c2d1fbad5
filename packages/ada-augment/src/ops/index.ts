import type { AugmentOpKind } from "../op.ts";
import { anisotropicScale } from "./anisotropic-scale.ts";
import { brightness } from "./brightness.ts";
import { contrast } from "./contrast.ts";
import { cutout } from "./cutout.ts";
import { fractionalTranslation } from "./fractional-translation.ts";
import { hue } from "./hue.ts";
import { imageFilter } from "./image-filter.ts";
import { integerTranslation } from "./integer-translation.ts";
import { isotropicScale } from "./isotropic-scale.ts";
import { lumaFlip } from "./luma-flip.ts";
import { noise } from "./noise.ts";
import { rotate90 } from "./rotate90.ts";
import { rotation } from "./rotation.ts";
import { saturation } from "./saturation.ts";
import { xFlip } from "./x-flip.ts";

/** The built-in ops, in the order in which the paper applies them. A new op is one file and one line here. */
export const builtinOps: readonly AugmentOpKind[] = [
  { name: "x-flip", create: xFlip },
  { name: "rotate90", create: rotate90 },
  { name: "integer-translation", create: integerTranslation },
  { name: "isotropic-scale", create: isotropicScale },
  { name: "rotation", create: rotation },
  { name: "anisotropic-scale", create: anisotropicScale },
  { name: "fractional-translation", create: fractionalTranslation },
  { name: "brightness", create: brightness },
  { name: "contrast", create: contrast },
  { name: "luma-flip", create: lumaFlip },
  { name: "hue", create: hue },
  { name: "saturation", create: saturation },
  { name: "image-filter", create: imageFilter },
  { name: "noise", create: noise },
  { name: "cutout", create: cutout },
];
