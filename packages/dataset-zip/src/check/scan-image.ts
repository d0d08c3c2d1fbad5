import { createHash } from "node:crypto";
import type { RasterImage } from "array-kernels";
import { UsageError } from "repro-kit";
import { decodeImage } from "../import/decode-image.ts";
import { DecoderMissing } from "../import/decoder-missing.ts";
import type { ImageSource } from "../import/image-source.ts";
import { type PictureLook, pictureLook } from "./picture-look.ts";

/** What a look at one image gives. */
export interface ScannedImage {
  readonly height: number;
  readonly width: number;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. */
  readonly channels: number;
  /** SHA-256 of shape and pixels, in hex: the same picture in another file has the same. */
  readonly digest: string;
  readonly look: PictureLook;
  /** Sum and sum of squares of each channel's values, for means over many images. */
  readonly sums: readonly number[];
  readonly squares: readonly number[];
  /** Whether all pixels are alike. */
  readonly isConstant: boolean;
  readonly hasTransparency: boolean;
}

/** Reads one image; a sentence says why where it cannot be read. @throws UsageError only if sharp is missing. */
export async function scanImage(
  source: Pick<ImageSource, "read">,
  path: string,
  options: { readonly maxPixels: number },
): Promise<ScannedImage | string> {
  try {
    return describeImage(await decodeImage(await source.read(path), { orientation: "apply", ...options }));
  } catch (error) {
    if (error instanceof DecoderMissing) throw new UsageError(`[checkImages] "${path}": ${error.message}`);
    if (!UsageError.isInstance(error)) throw error;
    return error.message.replace(/^\[\w+\] /, "");
  }
}

function describeImage(image: RasterImage<Uint8Array>): ScannedImage {
  const { data, height, width, channels } = image;
  const sums = new Array<number>(channels).fill(0);
  const squares = new Array<number>(channels).fill(0);
  let isConstant = true;
  for (let k = 0; k < channels; k++) {
    let sum = 0;
    let square = 0;
    const first = data[k];
    for (let i = k; i < data.length; i += channels) {
      const value = data[i];
      sum += value;
      square += value * value;
      if (value !== first) isConstant = false;
    }
    sums[k] = sum;
    squares[k] = square;
  }
  const hasAlpha = channels === 2 || channels === 4;
  return {
    ...{ height, width, channels, sums, squares, isConstant },
    digest: createHash("sha256").update(`${height} ${width} ${channels}\n`).update(data).digest("hex"),
    look: pictureLook(image),
    hasTransparency: hasAlpha && sums[channels - 1] < 255 * height * width,
  };
}
