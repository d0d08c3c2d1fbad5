import { checkOptions } from "repro-kit";
import type { ResizeFilter } from "./pillow-plan.ts";
import { allocateLike, checkImage, checkTarget, type PixelArray, type RasterImage } from "./raster-image.ts";
import { resizeImage } from "./resize-image.ts";

/**
 * The middle of an image, as torchvision's CenterCrop cuts it: what is missing is padded with zeros, the smaller half before the image,
 * and an offset that ends in ½ goes to the even neighbour.
 *
 * @param image - [height, width, channels]
 * @returns a new image of exactly the size asked for.
 */
export function centerCrop<A extends PixelArray>(
  image: RasterImage<A>,
  options: { readonly height: number; readonly width: number },
): RasterImage<A> {
  const scope = "centerCrop";
  checkOptions(scope, options, ["height", "width"]);
  const { height, width } = options;
  checkImage(scope, image);
  checkTarget(scope, options);
  const { channels } = image;
  const data = allocateLike(image.data, height * width * channels);
  const top = offset(image.height, height);
  const left = offset(image.width, width);
  const columnStart = Math.max(0, left);
  const columns = Math.min(image.width, width);
  for (let y = Math.max(0, top); y < Math.min(image.height, top + height); y++) {
    const source = (y * image.width + columnStart) * channels;
    data.set(image.data.subarray(source, source + columns * channels), ((y - top) * width + columnStart - left) * channels);
  }
  return { data, height, width, channels };
}

/** Where the crop begins on an axis; negative where it is padded. */
function offset(size: number, crop: number): number {
  if (crop > size) return -Math.floor((crop - size) / 2);
  const half = (size - crop) / 2;
  return Number.isInteger(half) ? half : 2 * Math.round(half / 2);
}

/**
 * Resizes so that the shorter side has `size` pixels; the longer side keeps the proportion, truncated (torchvision's Resize on a PIL image).
 *
 * @param image - [height, width, channels]
 * @param options - `size` in pixels; `filter` as of `resizeImage`, bilinear by default.
 */
export function resizeShorterSide<A extends PixelArray>(
  image: RasterImage<A>,
  options: { readonly size: number; readonly filter?: ResizeFilter },
): RasterImage<A> {
  const scope = "resizeShorterSide";
  checkOptions(scope, options, ["size", "filter"]);
  const { size, filter = "bilinear" } = options;
  checkImage(scope, image);
  checkTarget(scope, { height: size, width: size });
  const isPortrait = image.height >= image.width;
  const [short, long] = isPortrait ? [image.width, image.height] : [image.height, image.width];
  const longer = Math.trunc((size * long) / short);
  return resizeImage(image, isPortrait ? { height: longer, width: size, filter } : { height: size, width: longer, filter });
}
