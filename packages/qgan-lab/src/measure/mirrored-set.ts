import type { ImageArray } from "fid-metrics";
import type { ImageSet } from "./image-set.ts";

/**
 * A set and after it the mirror image of each of its own, as the StyleGAN tools take a dataset that a network was trained on with
 * mirroring; the first `most` of them.
 */
export function mirrorSet(set: ImageSet, most = Number.POSITIVE_INFINITY): ImageSet {
  const count = Math.min(2 * set.count, most);
  const { labels } = set;
  return {
    ...set,
    count,
    ...(labels ? { labels: Int32Array.from({ length: count }, (_, i) => labels[i % set.count]) } : {}),
    async *batches() {
      let left = count;
      for (const change of [(batch: ImageArray) => batch, flipImages])
        for await (const batch of set.batches()) {
          if (left <= 0) return;
          const numTaken = Math.min(left, batch.count);
          left -= numTaken;
          yield firstImages(change(batch), numTaken);
        }
    },
    content: () => `${set.content()} and mirrored [0…${count - 1}]`,
  };
}

function firstImages(images: ImageArray, count: number): ImageArray {
  if (count === images.count) return images;
  return { ...images, count, data: images.data.subarray(0, (images.data.length / images.count) * count) };
}

/** Left and right exchanged. */
function flipImages(images: ImageArray): ImageArray {
  const { data, width, channels } = images;
  const flipped = new Uint8Array(data.length);
  for (let line = 0; line < data.length; line += width * channels)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++) flipped[line + (width - 1 - x) * channels + c] = data[line + x * channels + c];
  return { ...images, data: flipped };
}
