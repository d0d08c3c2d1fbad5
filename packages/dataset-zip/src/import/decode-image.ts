import type { RasterImage } from "array-kernels";
import { expect, UsageError } from "repro-kit";
import { decodePng } from "../png/decode-png.ts";
import { PNG_SIGNATURE } from "../png/encode-png.ts";
import { decodeBmp, isBmp } from "./decode-bmp.ts";
import { decodeDicom, isDicom } from "./decode-dicom.ts";
import { DecoderMissing } from "./decoder-missing.ts";

export interface DecodeImageOptions {
  /** Turn the picture as its EXIF orientation says, or leave it as it is stored. */
  readonly orientation: "apply" | "ignore";
  readonly maxPixels: number;
}

const SCOPE = "importImages";
type Sharp = typeof import("sharp").default;

/**
 * Pixels of an image file of any format: PNG by our own codec, BMP and DICOM by libraries, others by sharp (libjpeg-turbo and its like) with the values
 * that Pillow gives: no colour profile applied, 16 bits cut to 8. 1, 2, 3 or 4 channels (2 and 4 with alpha).
 *
 * @throws UsageError if the file is damaged, truncated or of no known format.
 * @throws DecoderMissing if the format needs an optional package that is not installed.
 */
export async function decodeImage(bytes: Uint8Array, options: DecodeImageOptions): Promise<RasterImage<Uint8Array>> {
  expect(bytes.length > 0, SCOPE, "the file is empty.");
  if (PNG_SIGNATURE.every((byte, i) => bytes[i] === byte)) return decodePng(bytes, { maxPixels: options.maxPixels });
  if (isBmp(bytes)) return decodeBmp(bytes, options.maxPixels);
  if (isDicom(bytes)) return decodeDicom(bytes, options.maxPixels);
  const sharp = await loadSharp(formatOf(bytes));
  try {
    // failOn "warning": a file cut short or damaged must not pass as a grey-bottomed picture.
    const image = sharp(bytes, { failOn: "warning", limitInputPixels: options.maxPixels, ignoreIcc: true });
    const { channels: numChannels, hasAlpha, space } = await image.metadata();
    const isGrey = numChannels === (hasAlpha ? 2 : 1) && space !== "cmyk";
    const turned = options.orientation === "apply" ? image.autoOrient() : image;
    const { data, info } = await turned
      .toColourspace(isGrey ? "b-w" : "srgb")
      .raw()
      .toBuffer({ resolveWithObject: true });
    return {
      data: new Uint8Array(data.buffer, data.byteOffset, data.length),
      height: info.height,
      width: info.width,
      channels: info.channels,
    };
  } catch (error) {
    const reason = (error as Error).message.trim().split("\n")[0].replace(/\.$/, "");
    const refusal = new UsageError(`[${SCOPE}] the file is damaged, truncated or no image (${reason}).`);
    refusal.cause = error;
    throw refusal;
  }
}

/** Version of the decoder for the provenance block; undefined where sharp is not installed. */
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
  if (text.startsWith("II*\0") || text.startsWith("MM\0*")) return "TIFF";
  return "file that is no PNG";
}
