import type { RasterImage } from "array-kernels";
import { expect, UsageError } from "repro-kit";

export interface DecodeImageOptions {
  /** Turn the picture as its EXIF orientation says, or leave it as it is stored (a TIFF is turned either way, as by Pillow). */
  readonly orientation: "apply" | "ignore";
  readonly maxPixels: number;
}

const SCOPE = "importImages";
export type Sharp = typeof import("sharp").default;

/** Whether the bytes begin as a TIFF file, of either byte order. */
export function isTiff(bytes: Uint8Array): boolean {
  const text = String.fromCharCode(...bytes.subarray(0, 4));
  return text === "II*\0" || text === "MM\0*";
}

/**
 * Pixels of a JPEG, WebP, TIFF, GIF and whatever else sharp reads, as Pillow gives them. CMYK becomes RGB by Pillow's formula, not
 * through a profile; of 16 bits the upper 8 are kept.
 *
 * @throws UsageError if the file is damaged, truncated, of no known format, or has pixels of 32 bits.
 */
export async function decodeWithSharp(
  sharp: Sharp,
  bytes: Uint8Array,
  options: DecodeImageOptions,
): Promise<RasterImage<Uint8Array>> {
  try {
    // failOn "warning": a file cut short or damaged must not pass as a grey-bottomed picture.
    const image = sharp(bytes, { failOn: "warning", limitInputPixels: options.maxPixels, ignoreIcc: true });
    const { channels: numChannels, hasAlpha, space, depth } = await image.metadata();
    const isWide = depth === "ushort";
    expect(isWide || depth === "uchar", SCOPE, `pixels of type ${depth} have no agreed range. Save the file with 8 or 16 bits.`);
    const isCmyk = space === "cmyk";
    const isGrey = !isCmyk && numChannels === (hasAlpha ? 2 : 1);
    // Of these conversions only the ones between spaces of the same depth leave the values as they are; "b-w" drops alpha.
    const colorspace = isCmyk ? "cmyk" : isWide ? (isGrey ? "grey16" : "rgb16") : isGrey && !hasAlpha ? "b-w" : "srgb";
    const turned = options.orientation === "apply" || isTiff(bytes) ? image.autoOrient() : image;
    const kept = isCmyk ? turned.pipelineColourspace("cmyk") : turned; // else it goes to sRGB and back
    const { data, info } = await kept
      .toColourspace(colorspace)
      .raw({ depth: isWide ? "ushort" : "uchar" })
      .toBuffer({ resolveWithObject: true });
    const { height, width, channels } = info;
    const own = new Uint8Array(data.buffer, data.byteOffset, data.length);
    const pixels = { data: isWide ? upperBytes(own) : own, height, width, channels };
    if (isCmyk) return cmykToRgb(pixels);
    return isGrey && channels > 2 ? { ...pixels, data: greyAndAlpha(pixels.data), channels: 2 } : pixels;
  } catch (error) {
    if (UsageError.isInstance(error)) throw error;
    const reason = (error as Error).message.trim().split("\n")[0].replace(/\.$/, "");
    const refusal = new UsageError(`[${SCOPE}] the file is damaged, truncated or no image (${reason}).`);
    refusal.cause = error;
    throw refusal;
  }
}

/** The upper byte of each 16-bit value, in the machine's order. */
function upperBytes(data: Uint8Array): Uint8Array {
  const isAligned = data.byteOffset % 2 === 0;
  const own = isAligned ? data : data.slice();
  const values = new Uint16Array(own.buffer, own.byteOffset, own.length / 2);
  return Uint8Array.from(values, (value) => value >> 8);
}

/** Grey and alpha out of RGBA whose three colours are alike. */
function greyAndAlpha(rgba: Uint8Array): Uint8Array {
  const data = new Uint8Array(rgba.length / 2);
  for (let i = 0; i < data.length; i += 2) {
    data[i] = rgba[2 * i];
    data[i + 1] = rgba[2 * i + 3];
  }
  return data;
}

/**
 * RGB of inks c, m, y, k in [0, 255]: 255 − k − c (255 − k) / 255, and so on, not below 0.
 *
 * @see Pillow, Convert.c, `cmyk2rgb`; its division by 255 rounds to nearest.
 */
function cmykToRgb({ data, height, width }: RasterImage<Uint8Array>): RasterImage<Uint8Array> {
  const rgb = new Uint8Array(height * width * 3);
  for (let i = 0, to = 0; i < data.length; i += 4)
    for (let k = 0, light = 255 - data[i + 3]; k < 3; k++) rgb[to++] = Math.max(0, light - divideBy255(data[i + k] * light));
  return { data: rgb, height, width, channels: 3 };
}

function divideBy255(product: number): number {
  const rounded = product + 128;
  return ((rounded >> 8) + rounded) >> 8;
}
