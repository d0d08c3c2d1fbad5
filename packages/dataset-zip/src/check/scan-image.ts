import { hash } from "node:crypto";
import type { RasterImage } from "array-kernels";
import { UsageError } from "repro-kit";
import { decodeImage } from "../import/decode-image.ts";
import { DecoderMissing } from "../import/decoder-missing.ts";
import { type PictureLook, pictureLook } from "./picture-look.ts";

/** A look at a picture that is to be taken: plain data, so that it can go to a thread. */
export interface ScanTask {
  readonly kind: "scan";
  readonly maxPixels: number;
}

/** What a look at one image gives. */
export interface ScannedImage {
  readonly height: number;
  readonly width: number;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. */
  readonly channels: number;
  /** Shape, and SHA-256 of the pixels in hex: the same picture in another file has the same. */
  readonly digest: string;
  readonly look: PictureLook;
  /** Sum and sum of squares of each channel's values, for means over many images. */
  readonly sums: readonly number[];
  readonly squares: readonly number[];
  /** Whether all pixels are alike. */
  readonly isConstant: boolean;
  readonly hasTransparency: boolean;
}

export interface ScannedPicture {
  /** What is seen, or why the picture cannot be read. */
  readonly result: ScannedImage | string;
  /** Whether a package that decodes the format is missing, which is no fault of the image. */
  readonly isDecoderMissing?: true;
}

/** Decodes a picture and looks at it. Never throws for what is wrong with the picture. */
export async function scanImage(bytes: Uint8Array, { maxPixels }: ScanTask): Promise<ScannedPicture> {
  try {
    return { result: describeImage(await decodeImage(bytes, { orientation: "apply", maxPixels })) };
  } catch (error) {
    if (error instanceof DecoderMissing) return { result: error.message, isDecoderMissing: true };
    if (!UsageError.isInstance(error)) throw error;
    return { result: error.message.replace(/^\[\w+\] /, "") };
  }
}

function describeImage(image: RasterImage<Uint8Array>): ScannedImage {
  const { data, height, width, channels } = image;
  const sums: number[] = [];
  const squares: number[] = [];
  let isConstant = true;
  for (let k = 0; k < channels; k++) {
    const { sum, square, isFlat } = describeChannel(data, k, channels);
    sums.push(sum);
    squares.push(square);
    isConstant &&= isFlat;
  }
  const hasAlpha = channels === 2 || channels === 4;
  return {
    height,
    width,
    channels,
    sums,
    squares,
    isConstant,
    digest: `${height} ${width} ${channels} ${hash("sha256", data)}`,
    look: pictureLook(image),
    hasTransparency: hasAlpha && sums[channels - 1] < 255 * height * width,
  };
}

/** Pixels whose squares sum to less than 2^31, so that the loop stays with 32-bit integers. */
const RUN = 32768;

function describeChannel(data: Uint8Array, channel: number, channels: number): { sum: number; square: number; isFlat: boolean } {
  let [sum, square, others] = [0, 0, 0];
  const first = data[channel];
  for (let start = channel; start < data.length; start += RUN * channels) {
    let [part, partSquare] = [0, 0];
    const end = Math.min(data.length, start + RUN * channels);
    for (let i = start; i < end; i += channels) {
      const value = data[i];
      part = (part + value) | 0;
      partSquare = (partSquare + Math.imul(value, value)) | 0;
      others |= value ^ first;
    }
    sum += part;
    square += partSquare;
  }
  return { sum, square, isFlat: others === 0 };
}
