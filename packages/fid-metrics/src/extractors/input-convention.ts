import * as tf from "@tensorflow/tfjs-core";
import { centerCrop, type RasterImage, type ResizeFilter, resizeImage, resizeShorterSide } from "array-kernels";
import { checkOptions, expect } from "repro-kit";
import type { ImageArray } from "../images.ts";

/** What a network does with a uint8 image before its first layer. */
export interface InputConvention {
  /** Side of the square that the network sees, in pixels. Default: images keep their size. */
  readonly size?: number;
  /** "stretch" (default) resizes both sides, "crop" the shorter one and cuts out the middle. */
  readonly fit?: "stretch" | "crop";
  /** Pillow's filter, on uint8 with antialiasing. Default "bicubic". */
  readonly filter?: ResizeFilter;
  /** Of pixels in [0, 1], a colour each. Default ½. */
  readonly mean?: readonly [number, number, number];
  /** Default ½: with the mean, [−1, 1]. */
  readonly std?: readonly [number, number, number];
}

const HALF = [0.5, 0.5, 0.5] as const;

/** What the weights of torchvision and timm expect. */
export const imageNetColours = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

/** One line for the protocol. @throws UsageError for an unknown option or a size below 1. */
export function describeInput(input: InputConvention): string {
  checkOptions("input", input, ["size", "fit", "filter", "mean", "std"]);
  const { size, fit = "stretch", filter = "bicubic", mean = HALF, std = HALF } = input;
  const isFit = fit === "stretch" || fit === "crop";
  expect(isFit, "input", `fit must be "stretch" or "crop"; got "${fit}".`);
  expect(size === undefined || (Number.isInteger(size) && size >= 1), "input", `size must be an integer ≥ 1; got ${size}.`);
  const colours = `mean ${mean.join(" ")}, std ${std.join(" ")}`;
  if (size === undefined) return `none; ${colours}`;
  return `Pillow ${filter} to ${size} on uint8${fit === "crop" ? ", shorter side, middle" : ""}; ${colours}`;
}

/** uint8 images → [count, height, width, 3] float32, (pixel/255 − mean)/std; grey ones as RGB. The caller owns the tensor. */
export function prepareImages(images: ImageArray, input: InputConvention): tf.Tensor4D {
  const { size, mean = HALF, std = HALF } = input;
  const { count } = images;
  const { height, width } = size === undefined ? images : { height: size, width: size };
  const pixels = new Float32Array(count * height * width * 3);
  const length = images.height * images.width * images.channels;
  for (let n = 0; n < count; n++) {
    const one: RasterImage<Uint8Array> = { ...images, data: images.data.subarray(n * length, (n + 1) * length) };
    const { data, channels } = size === undefined ? one : resizeOne(one, { ...input, size });
    const target = n * height * width * 3;
    for (let i = 0; i < height * width; i++)
      for (let c = 0; c < 3; c++) {
        const value = data[i * channels + (channels === 3 ? c : 0)];
        pixels[target + 3 * i + c] = (value / 255 - mean[c]) / std[c];
      }
  }
  return tf.tensor4d(pixels, [count, height, width, 3]);
}

function resizeOne(
  image: RasterImage<Uint8Array>,
  { size, fit = "stretch", filter = "bicubic" }: InputConvention & { readonly size: number },
): RasterImage<Uint8Array> {
  if (fit === "stretch") return resizeImage(image, { height: size, width: size, filter });
  return centerCrop(resizeShorterSide(image, { size, filter }), { height: size, width: size });
}
