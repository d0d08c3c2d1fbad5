import { checkOptions, expect } from "repro-kit";
import { type AxisPlan, resampleHeight, resampleWidth } from "./axis-plan.ts";
import { isHeightFirst, pillowAxisPlan, type ResizeFilter, resizeFilters } from "./pillow-plan.ts";
import { allocateLike, checkImage, checkTarget, type PixelArray, type RasterImage } from "./raster-image.ts";
import { resizeBytes } from "./resize-bytes.ts";

export interface ResizeImageOptions {
  readonly height: number;
  readonly width: number;
  readonly filter: ResizeFilter;
}

// Plans of the last sizes, because data sets hold thousands of images of one size.
const plans = new Map<string, AxisPlan>();
const maxPlans = 32;

function planOf(inSize: number, outSize: number, filter: ResizeFilter): AxisPlan {
  const key = `${inSize} ${outSize} ${filter}`;
  const known = plans.get(key);
  if (known) return known;
  if (plans.size >= maxPlans) plans.clear();
  const plan = pillowAxisPlan(inSize, outSize, filter);
  plans.set(key, plan);
  return plan;
}

/**
 * Resizes an image as Pillow 13's `Image.resize` does, with its anti-aliasing filters.
 * Bytes equal Pillow's exactly (fixed point of 22 bits, rounded between the passes). Float32 equals its mode "F": sums in double
 * precision, rounded to float32 after each pass; Float64 is not rounded. Channels are independent: an alpha channel is not
 * premultiplied, as Pillow does for mode RGBA.
 *
 * @param image - [height, width, channels], finite.
 * @param options - `height` and `width` in pixels; `filter`: nearest, box, bilinear, hamming, bicubic (a = −0.5) or lanczos (three lobes).
 * @returns a new image of the same kind of array.
 * @throws UsageError on an unknown option or filter, a size below 1, data of another length, pixels that are not finite.
 * @see Pillow, src/libImaging/Resample.c
 */
export function resizeImage<A extends PixelArray>(image: RasterImage<A>, options: ResizeImageOptions): RasterImage<A> {
  const scope = "resizeImage";
  checkOptions(scope, options, ["height", "width", "filter"]);
  const { height, width, filter } = options;
  checkImage(scope, image);
  checkTarget(scope, { height, width });
  expect(resizeFilters.includes(filter), scope, `no filter named "${filter}"; known: ${resizeFilters.join(", ")}.`);
  const { data, channels } = image;

  if (filter === "nearest") return { data: nearest(image, height, width), height, width, channels };
  const passes: { axis: "height" | "width"; plan: AxisPlan }[] = [];
  if (width !== image.width) passes.push({ axis: "width", plan: planOf(image.width, width, filter) });
  if (height !== image.height) passes.push({ axis: "height", plan: planOf(image.height, height, filter) });
  if (isHeightFirst(image, { height, width })) passes.reverse();
  if (passes.length === 0) return { data: data.slice() as A, height, width, channels }; // slice keeps the kind of array
  if (data instanceof Uint8Array) {
    const bytes = { data, height: image.height, width: image.width, channels };
    return { data: resizeBytes(bytes, passes) as PixelArray as A, height, width, channels }; // A is Uint8Array in this branch
  }
  return { data: resizeFloats(image, passes), height, width, channels };
}

function resizeFloats<A extends PixelArray>(
  image: RasterImage<A>,
  passes: readonly { axis: "height" | "width"; plan: AxisPlan }[],
): A {
  const { channels } = image;
  let { data, height, width } = image;
  for (const { axis, plan } of passes) {
    const from = data;
    if (axis === "width") width = plan.outSize;
    else height = plan.outSize;
    data = allocateLike(from, height * width * channels);
    if (data instanceof Uint8Array) throw new Error("bug: bytes have passes of their own.");
    if (axis === "width") resampleWidth(from, height, channels, plan, data);
    else resampleHeight(from, width * channels, plan, data);
  }
  return data;
}

function nearest<A extends PixelArray>(image: RasterImage<A>, height: number, width: number): A {
  const { data, channels } = image;
  const rows = planOf(image.height, height, "nearest").starts;
  const columns = planOf(image.width, width, "nearest").starts;
  const resized = allocateLike(data, height * width * channels);
  let target = 0;
  for (const row of rows) {
    for (const column of columns) {
      const source = (row * image.width + column) * channels;
      for (let c = 0; c < channels; c++) resized[target++] = data[source + c];
    }
  }
  return resized;
}
