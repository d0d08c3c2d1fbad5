import type { LabelledImage } from "../dataset/labelled-image.ts";
import { drawSkinLesions } from "../phantoms/draw-skin-lesions.ts";

/** The dataset of the kill storm: large enough (1.2 MB) that a kill often falls into the writing. */
export const stormImages = (): LabelledImage[] => {
  const few = drawSkinLesions({ count: 6, size: 64, seed: 11 });
  return Array.from({ length: 100 }, (_, i) => few[i % few.length]);
};
