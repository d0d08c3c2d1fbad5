import type { RasterImage } from "array-kernels";
import { expect } from "repro-kit";
import { decodePng } from "../png/decode-png.ts";
import { PNG_SIGNATURE } from "../png/encode-png.ts";
import { decodeBmp, isBmp } from "./decode-bmp.ts";
import { decodeDicom, isDicom } from "./decode-dicom.ts";
import { type DecodeImageOptions, decodeWithSharp, isTiff, type Sharp } from "./decode-with-sharp.ts";
import { DecoderMissing } from "./decoder-missing.ts";
import { pngOrientation, turnUpright } from "./turn-upright.ts";

const SCOPE = "importImages";

/**
 * Pixels of an image file of any format, with the values that Pillow gives: PNG by our own codec, BMP and DICOM by libraries, others
 * by sharp (libjpeg-turbo and its like). No colour profile is applied, 16 bits are cut to 8. 1, 2, 3 or 4 channels (2 and 4 with alpha).
 *
 * @throws UsageError if the file is damaged, truncated or of no known format.
 * @throws DecoderMissing if the format needs an optional package that is not installed.
 */
export async function decodeImage(bytes: Uint8Array, options: DecodeImageOptions): Promise<RasterImage<Uint8Array>> {
  expect(bytes.length > 0, SCOPE, "the file is empty.");
  if (isPng(bytes)) {
    const image = decodePng(bytes, { maxPixels: options.maxPixels });
    return options.orientation === "apply" ? turnUpright(image, pngOrientation(bytes)) : image;
  }
  if (isBmp(bytes)) return decodeBmp(bytes, options.maxPixels);
  if (isDicom(bytes)) return decodeDicom(bytes, options.maxPixels);
  return decodeWithSharp(await loadSharp(formatOf(bytes)), bytes, options);
}

const isPng = (bytes: Uint8Array): boolean => PNG_SIGNATURE.every((byte, i) => bytes[i] === byte);

/** Whether it is sharp that decodes the file. */
export const isForSharp = (bytes: Uint8Array): boolean => !isPng(bytes) && !isBmp(bytes) && !isDicom(bytes);

/** Version of sharp for the provenance block; undefined where it is not installed. */
export async function decoderVersion(): Promise<string | undefined> {
  const sharp = await importSharp();
  return sharp && `sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`;
}

async function importSharp(): Promise<Sharp | undefined> {
  try {
    return (await import("sharp")).default;
  } catch {
    return undefined; // an optional peer; who needs it says so
  }
}

async function loadSharp(format: string): Promise<Sharp> {
  const sharp = await importSharp();
  if (!sharp) throw new DecoderMissing(`a ${format} needs the package sharp, which is not installed. Run: npm install sharp`);
  return sharp;
}

function formatOf(bytes: Uint8Array): string {
  const text = String.fromCharCode(...bytes.subarray(0, 12));
  if (text.startsWith("\xff\xd8\xff")) return "JPEG";
  if (text.startsWith("RIFF") && text.endsWith("WEBP")) return "WebP";
  if (text.startsWith("GIF8")) return "GIF";
  if (isTiff(bytes)) return "TIFF";
  return "file that is no PNG";
}
