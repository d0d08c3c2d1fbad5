import { hash } from "node:crypto";
import type { RasterImage, ResizeFilter } from "array-kernels";
import { UsageError } from "repro-kit";
import { decodeImage } from "./decode-image.ts";
import { DecoderMissing } from "./decoder-missing.ts";
import { type FrameTransform, frameImage } from "./frame-image.ts";
import { toChannels } from "./to-channels.ts";

/** What becomes of the bytes of a picture: plain data, so that it can go to a thread. */
export interface ReadTask {
  readonly kind: "read";
  readonly size: { readonly height: number; readonly width: number } | undefined;
  readonly channels: 1 | 3 | undefined;
  readonly background: "black" | "white" | undefined;
  readonly filter: ResizeFilter;
  readonly transform: FrameTransform;
  readonly orientation: "apply" | "ignore";
  readonly maxPixels: number;
}

export interface ReadImage {
  /** Of the bytes, in hex. */
  readonly sha256: string;
  /** The image, or why there is none. */
  readonly result: RasterImage<Uint8Array> | string;
  /** Whether a package that decodes the format is missing, which is no fault of the image. */
  readonly isDecoderMissing?: true;
}

/** Decodes a picture and brings it to its channels and size. Never throws for what is wrong with the picture. */
export async function readImage(bytes: Uint8Array, task: ReadTask): Promise<ReadImage> {
  const { size, channels, background, filter, transform, orientation, maxPixels } = task;
  const sha256 = hash("sha256", bytes); // in one call: a Hash object lives until the next full collection
  try {
    const image = toChannels(await decodeImage(bytes, { orientation, maxPixels }), { channels, background });
    if (size === undefined) return { sha256, result: image };
    const framed = frameImage(image, { height: size.height, width: size.width, filter, transform });
    return { sha256, result: framed ?? `too small for center-crop-wide: ${image.height} × ${image.width}.` };
  } catch (error) {
    if (error instanceof DecoderMissing) return { sha256, result: error.message, isDecoderMissing: true };
    if (!UsageError.isInstance(error)) throw error;
    return { sha256, result: error.message.replace(/^\[\w+\] /, "") };
  }
}
