import { dirname } from "node:path";
import type { RasterImage } from "array-kernels";
import { UsageError } from "repro-kit";
import { decodeImage } from "../import/decode-image.ts";
import { frameImage } from "../import/frame-image.ts";
import { openImageSource } from "../import/image-source.ts";
import { toChannels } from "../import/to-channels.ts";

export interface ReadThumbnailsOptions {
  /** As `checkImages`. */
  readonly source: string;
  /** Images to read; those that cannot be are left out. */
  readonly paths: readonly string[];
  /** Height and width in pixels; pictures of another shape get black borders. */
  readonly size: number;
}

/** Small RGB pictures of some images of a source, by path, for a page to look at. */
export async function readThumbnails({
  source,
  paths,
  size,
}: ReadThumbnailsOptions): Promise<Map<string, RasterImage<Uint8Array>>> {
  const opened = await openImageSource(/\.(csv|tsv)$/i.test(source) ? dirname(source) : source);
  const thumbnails = new Map<string, RasterImage<Uint8Array>>();
  try {
    for (const path of new Set(paths)) {
      try {
        const image = await decodeImage(await opened.read(path), { orientation: "apply", maxPixels: 1e8 });
        const rgb = toChannels(image, { channels: 3, background: "white" });
        const framed = frameImage(rgb, { height: size, width: size, transform: "pad", filter: "box" });
        if (framed) thumbnails.set(path, framed);
      } catch (error) {
        if (!UsageError.isInstance(error)) throw error; // the report says why it cannot be read
      }
    }
    return thumbnails;
  } finally {
    await opened.close();
  }
}
