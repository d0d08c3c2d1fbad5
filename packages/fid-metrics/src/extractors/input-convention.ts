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

/**
 * What `prepareImages` makes of images, with a gradient: the same filter as two matrix products in float32, without Pillow's rounding to
 * uint8 and its clipping of what bicubic weights overshoot.
 *
 * @param images - [count, height, width, 1 or 3] in [−1, 1]. @returns [count, height, width, 3]; the caller owns it.
 */
export function prepareTensors(images: tf.Tensor4D, input: InputConvention): tf.Tensor4D {
  const { size, mean = HALF, std = HALF } = input;
  const channels = images.shape[3];
  expect(channels === 1 || channels === 3, "input", `images must have 1 or 3 channels; got [${images.shape.join(", ")}].`);
  return tf.tidy(() => {
    const sized = size === undefined ? images : resizeTensors(images, { ...input, size });
    const colour = channels === 3 ? sized : tf.tile(sized, [1, 1, 1, 3]);
    const scale = std.map((one) => 0.5 / one);
    const shift = std.map((one, c) => (0.5 - mean[c]) / one);
    return tf.add(tf.mul(colour, scale), shift) as tf.Tensor4D; // colours spread over images: [count, height, width, 3]
  });
}

function resizeTensors(images: tf.Tensor4D, input: InputConvention & { readonly size: number }): tf.Tensor4D {
  const { size, fit = "stretch", filter = "bicubic" } = input;
  const [count, height, width, channels] = images.shape;
  if (height === size && width === size) return images;
  const sideOf = (length: number): number => (fit === "crop" ? Math.trunc((size * length) / Math.min(height, width)) : size);
  const down = resizeMatrix(height, { side: sideOf(height), size, filter }); // [height, size]
  const across = resizeMatrix(width, { side: sideOf(width), size, filter }); // [width, size]
  const rows = tf.matMul(down, tf.reshape(images, [count, height, width * channels]), true); // [count, size, width·channels]
  const turned = tf.transpose(tf.reshape(rows, [count, size, width, channels]), [0, 2, 1, 3]); // [count, width, size, channels]
  const both = tf.matMul(across, tf.reshape(turned, [count, width, size * channels]), true); // [count, size, size·channels]
  return tf.transpose(tf.reshape(both, [count, size, size, channels]), [0, 2, 1, 3]);
}

/** The weights by which `side` new pixels, and of them the middle `size`, are made of `length`: the resize of an identity. [length, size] */
function resizeMatrix(length: number, options: { side: number; size: number; filter: ResizeFilter }): tf.Tensor2D {
  const { side, size, filter } = options;
  const data = new Float32Array(length * length);
  for (let i = 0; i < length; i++) data[i * length + i] = 1;
  const resized = resizeImage({ data, height: length, width: length, channels: 1 }, { height: length, width: side, filter });
  return tf.tensor2d(centerCrop(resized, { height: length, width: size }).data, [length, size]);
}

function resizeOne(
  image: RasterImage<Uint8Array>,
  { size, fit = "stretch", filter = "bicubic" }: InputConvention & { readonly size: number },
): RasterImage<Uint8Array> {
  if (fit === "stretch") return resizeImage(image, { height: size, width: size, filter });
  return centerCrop(resizeShorterSide(image, { size, filter }), { height: size, width: size });
}
