import type { AugmentOpKind } from "../op.ts";
import { colorJitter } from "./color-jitter.ts";
import { gaussianBlur } from "./gaussian-blur.ts";
import { randomAffine } from "./random-affine.ts";
import { randomCrop } from "./random-crop.ts";
import { yFlip } from "./y-flip.ts";

/** Ops that classifiers are usually trained with, beside those of the paper. A new one is one file and one line here. */
export const classicalOps: readonly AugmentOpKind[] = [
  { name: "y-flip", create: yFlip },
  { name: "random-affine", create: randomAffine },
  { name: "random-crop", create: randomCrop },
  { name: "color-jitter", create: colorJitter },
  { name: "gaussian-blur", create: gaussianBlur },
];
