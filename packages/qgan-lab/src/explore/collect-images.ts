import { resizeImage } from "array-kernels";
import type { FeatureExtractor, ImageArray } from "fid-metrics";
import type { ImageSet } from "../measure/image-set.ts";

/** Images of one kind with their features and small pictures. */
export interface CollectedImages {
  readonly count: number;
  /** [count, dimension]. */
  readonly features: Float64Array;
  /** uint8 RGB, [count, side, side, 3]. */
  readonly thumbnails: Uint8Array;
  readonly classes: readonly (string | undefined)[];
  readonly names: readonly string[];
}

export interface CollectOptions {
  readonly extractor: FeatureExtractor;
  /** Side of a thumbnail. */
  readonly side: number;
  readonly onImages?: (done: number) => void;
  readonly signal?: AbortSignal;
}

/** Reads a set once: features and thumbnails. */
export async function collectImages(set: ImageSet, options: CollectOptions): Promise<CollectedImages> {
  const { extractor, side, onImages, signal } = options;
  const thumbnails: Uint8Array[] = [];
  async function* watched(): AsyncGenerator<ImageArray> {
    for await (const batch of set.batches()) {
      const size = batch.height * batch.width * batch.channels;
      for (let i = 0; i < batch.count; i++)
        thumbnails.push(thumbnailOf(batch, batch.data.subarray(i * size, (i + 1) * size), side));
      yield batch;
    }
  }
  const { count, data } = await extractor.extract(watched(), {
    onProgress: ({ done }) => onImages?.(done),
    ...(signal ? { signal } : {}),
  });
  const joined = new Uint8Array(count * side * side * 3);
  for (const [i, one] of thumbnails.entries()) joined.set(one, i * side * side * 3);
  return {
    count,
    features: data,
    thumbnails: joined,
    classes: Array.from({ length: count }, (_, i) => set.classes?.[set.labels?.[i] ?? -1]),
    names: Array.from({ length: count }, (_, i) => (set.kind === "checkpoint" ? `seed ${i}` : `image ${i}`)),
  };
}

/** A square RGB picture of the side; wider images are cut to their middle square. */
function thumbnailOf({ height, width, channels }: ImageArray, pixels: Uint8Array, side: number): Uint8Array {
  const square = Math.min(height, width);
  const [top, left] = [Math.floor((height - square) / 2), Math.floor((width - square) / 2)];
  const rgb = new Uint8Array(square * square * 3);
  for (let y = 0; y < square; y++)
    for (let x = 0; x < square; x++)
      for (let c = 0; c < 3; c++)
        rgb[(y * square + x) * 3 + c] = pixels[((top + y) * width + left + x) * channels + (channels === 1 ? 0 : c)];
  if (square === side) return rgb;
  const image = { data: rgb, height: square, width: square, channels: 3 };
  return resizeImage(image, { height: side, width: side, filter: square > side ? "box" : "nearest" }).data;
}
