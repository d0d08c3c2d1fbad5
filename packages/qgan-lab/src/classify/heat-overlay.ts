import type { Heatmap } from "classifier-eval";
import { makeImageGrid } from "../run-folder/image-grid.ts";

/** An image with a heat map on it, RGB: what speaks for the class is red, what does not is seen through. */
export function overlayHeat(image: Uint8Array, { data, height, width }: Heatmap, channels: number): Uint8Array {
  const out = new Uint8Array(height * width * 3);
  for (let p = 0; p < height * width; p++) {
    const heat = data[p];
    const share = 0.65 * heat;
    const colour = [255, Math.round(200 * (1 - heat)), 0];
    for (let c = 0; c < 3; c++)
      out[3 * p + c] = Math.round((1 - share) * image[p * channels + Math.min(c, channels - 1)] + share * colour[c]);
  }
  return out;
}

/** A grey image as RGB; an RGB one as it is. */
export function asRgb(image: Uint8Array, channels: number): Uint8Array {
  return channels === 3
    ? image
    : Uint8Array.from({ length: (image.length / channels) * 3 }, (_, i) => image[Math.floor(i / 3) * channels]);
}

/** Smallest side of a picture on a sheet, px: what a person can see something in. */
const LEAST_SIDE = 96;

/** RGB pictures on a sheet, small ones enlarged pixel by pixel. @param pictures - [height, width, 3] each. */
export function sheetOf(
  pictures: readonly Uint8Array[],
  { height, width, columns }: { height: number; width: number; columns: number },
) {
  const factor = Math.max(1, Math.ceil(LEAST_SIDE / Math.min(height, width)));
  const shape: [number, number, number] = [height * factor, width * factor, 3];
  const large = pictures.map((picture) => {
    const out = new Uint8Array(shape[0] * shape[1] * 3);
    for (let y = 0; y < shape[0]; y++)
      for (let x = 0; x < shape[1]; x++)
        for (let c = 0; c < 3; c++)
          out[(y * shape[1] + x) * 3 + c] = picture[(Math.floor(y / factor) * width + Math.floor(x / factor)) * 3 + c];
    return out;
  });
  return makeImageGrid(Buffer.concat(large), { imageShape: shape, columns, gap: 4 });
}
